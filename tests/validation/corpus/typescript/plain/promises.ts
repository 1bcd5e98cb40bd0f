const sleep = <T,>(ms: number, value: T): Promise<T> => new Promise((resolve) => setTimeout(() => resolve(value), ms));

class Limit {
  private running = 0;
  private readonly waiting: Array<() => void> = [];

  constructor(private readonly most: number) {}

  async with<T>(job: () => Promise<T>): Promise<T> {
    if (this.running >= this.most) await new Promise<void>((go) => this.waiting.push(go));
    this.running++;
    try {
      return await job();
    } finally {
      this.running--;
      this.waiting.shift()?.();
    }
  }
}

async function main(): Promise<void> {
  const limit = new Limit(2);
  const done = await Promise.all([3, 1, 2].map((n) => limit.with(() => sleep(n, n * n))));
  console.log(done);
  try {
    await Promise.reject(new RangeError("no"));
  } catch (error: unknown) {
    console.log(error instanceof Error ? error.message : "?");
  }
}

void main();
