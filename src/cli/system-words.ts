/** What the system says of a file or a program, in words. */
export function systemWords(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'it is not there',
    EACCES: 'this account may not',
    EPERM: 'this account may not',
    EROFS: 'its file system is read-only',
    ENOSPC: 'the disk is full',
    ELOOP: 'its links lead in a circle',
  }
  return known[code] ?? (error instanceof Error ? error.message : String(error))
}
