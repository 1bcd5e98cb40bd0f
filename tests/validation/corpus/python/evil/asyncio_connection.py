from asyncio import open_connection as look, run


async def main():
    await look("127.0.0.1", 80)


run(main())
