export interface Who { name: string }
export function greet<T extends Who>(who: T): string { return `hello ${who.name}`; }
