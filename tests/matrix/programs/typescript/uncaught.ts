class Boom extends Error {}

async function fail(): Promise<never> {
  throw new Boom("gone off");
}

void fail();
