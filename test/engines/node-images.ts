import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type Docker from 'dockerode'
import { importNode as importThisNode } from '../../src/targets/services/docker/node-image.ts'

const base = 'made/node:base'

/** What the layers of a test lie over. */
export async function importNode(docker: Docker): Promise<void> {
  const amiss = await importThisNode(docker, { name: base })
  if (amiss !== null) throw new Error(amiss)
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
