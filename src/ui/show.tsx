export function showConsole(_: unknown): never {
  throw new Error('x')
}
