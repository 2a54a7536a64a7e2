import { readdir, readFile, stat } from 'node:fs/promises'

type File = { readonly ino: bigint; readonly dev: bigint }
type Claim = { readonly pid: number; readonly inode: bigint; readonly device: string }

/** Up to here the kernel hands /proc/locks out in one piece; a longer list can lose a line while it is read. */
const onePieceBytes = 4000
const reads = 4

/**
 * The process that holds the lock on this file; null: none that this machine's kernel shows. `flock -F` executes the
 * service in its own place, so the holder is the service; no file with a number in it is needed, that could lie.
 */
export async function holderOf(lock: string): Promise<number | null> {
  const file = await stat(lock, { bigint: true }).catch(() => null)
  if (file === null) return null
  for (let read = 1; ; read++) {
    const locks = await readFile('/proc/locks', 'utf8').catch(() => '')
    for (const claim of claimsOn(locks, file)) {
      const pid = await verified(claim, file)
      if (pid !== null) return pid
    }
    if (locks.length < onePieceBytes || read === reads) return null
  }
}

/** A process that has the file open and has not the lock: one that waits for it is about to have it, and no list shows it meanwhile. */
export async function waiterOf(lock: string): Promise<number | null> {
  const file = await stat(lock, { bigint: true }).catch(() => null)
  return file === null ? null : whoHasOpen(file)
}

function claimsOn(locks: string, file: File): readonly Claim[] {
  return locks.split('\n').flatMap(line => {
    const [, kind, , , pid = '', where = ''] = line.trim().split(/\s+/)
    const [major = '', minor = '', inode = ''] = where.split(':')
    if (kind !== 'FLOCK' || inode === '' || BigInt(inode) !== file.ino) return []
    return [
      { pid: Number(pid), inode: file.ino, device: `${Number.parseInt(major, 16)}:${Number.parseInt(minor, 16)}` },
    ]
  })
}

/**
 * The list names whoever took the lock, which may have ended and left it to a child, and some file systems (overlay,
 * btrfs) give it another device number than `stat` does. What decides is who has the file open, where /proc tells.
 */
async function verified(claim: Claim, file: File): Promise<number | null> {
  const open = await hasOpen(claim.pid, file)
  if (open === true) return claim.pid
  if (open === 'hidden') return claim.device === deviceOf(file.dev) ? claim.pid : null
  return whoHasOpen(file)
}

async function whoHasOpen(file: File): Promise<number | null> {
  for (const name of await readdir('/proc')) {
    if (/^\d+$/.test(name) && (await hasOpen(Number(name), file)) === true) return Number(name)
  }
  return null
}

/** `hidden`: it is another account's, and /proc does not tell. */
async function hasOpen(pid: number, file: File): Promise<boolean | 'hidden'> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => null)
  if (names === null) return (await isAlive(pid)) ? 'hidden' : false
  for (const name of names) {
    const open = await stat(`/proc/${pid}/fd/${name}`, { bigint: true }).catch(() => null)
    if (open?.ino === file.ino && open.dev === file.dev) return true
  }
  return false
}

/** Where /proc shows its own account only (hidepid), the kernel still tells that a process is there. */
async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const [state = ''] = line.slice(line.lastIndexOf(')') + 2)
  return state !== 'Z' && state !== 'X'
}

/** Linux's dev_t as /proc/locks spells it. */
function deviceOf(dev: bigint): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn)
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n)
  return `${major}:${minor}`
}
