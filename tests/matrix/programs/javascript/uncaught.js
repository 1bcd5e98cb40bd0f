class Boom extends Error {}

async function fail() {
  throw new Boom("gone off");
}

fail();
