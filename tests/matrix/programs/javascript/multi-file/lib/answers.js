export function answer(text) {
  return 2 * Number(text);
}
