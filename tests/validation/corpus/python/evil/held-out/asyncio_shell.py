import asyncio


async def main():
    child = await asyncio.create_subprocess_shell("id")
    await child.wait()


asyncio.run(main())
