const words: Readonly<Record<string, string>> = {
  EACCES: 'this account may not',
  EPERM: 'this account may not',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EROFS: 'the file system is mounted read-only',
  ENOENT: 'it is not there',
  ENOTDIR: 'something on the way to it is not a directory',
  EISDIR: 'it is a directory',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'this process has too many files open',
  EIO: 'the disk reports an error',
  ESTALE: 'the network file system has lost it',
}

/** What the operating system refused, by its code. Throws on: what it never said is a bug and no refusal. */
export function systemWords(error: unknown): string {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error)) throw error
  if (String(error.syscall).startsWith('spawn') && error.code === 'ENOENT')
    return 'the program flock (of util-linux) is not installed'
  return words[error.code] ?? error.code
}
