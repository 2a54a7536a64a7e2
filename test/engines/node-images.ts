import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import type Docker from 'dockerode'

const base = 'made/node:base'

/** The Node this runs under, with the libraries it names. */
export async function importNode(docker: Docker): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'astern-image-'))
  try {
    const libraries = execFileSync('ldd', [process.execPath], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)
    for (const path of [...[...libraries].map(([, found = '']) => found), process.execPath]) {
      const to = path === process.execPath ? '/bin/node' : path
      mkdirSync(join(root, dirname(to)), { recursive: true })
      copyFileSync(path, join(root, to))
    }
    for (const directory of ['tmp', 'app']) mkdirSync(join(root, directory))
    const begun: unknown = docker.importImage(Readable.from([tarOf(root)]), { repo: 'made/node', tag: 'base' } as never)
    for await (const _ of (await (begun as Promise<unknown>)) as AsyncIterable<unknown>);
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** A layer of a few files over that; those below `bin/` can be run. Gives its id. */
export async function layNode(
  docker: Docker,
  name: string,
  files: Readonly<Record<string, string>>,
  changes: readonly string[],
): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'astern-image-'))
  const container = await docker.createContainer({ Image: base, Cmd: ['/bin/node'] })
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
      chmodSync(join(root, path), path.startsWith('bin/') ? 0o755 : 0o644)
    }
    await container.putArchive(tarOf(root), { path: '/' })
    const [repo = '', tag = ''] = name.split(':')
    await container.commit({ repo, tag, changes: changes.join('\n') })
    return (await docker.getImage(name).inspect()).Id
  } finally {
    await container.remove()
    rmSync(root, { recursive: true, force: true })
  }
}

function tarOf(root: string): Buffer {
  return execFileSync('tar', ['-C', root, '--owner=0', '--group=0', '-c', '.'], { maxBuffer: 512 * 1024 * 1024 })
}
