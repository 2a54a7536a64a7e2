export function bundleAlone(program: string, file: string): Promise<void>
