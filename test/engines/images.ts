import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type Docker from 'dockerode'

export type ImageRecipe = {
  /** `shop/api:1.2.2` */
  readonly name: string
  /** What `/version` answers. */
  readonly says?: string
  /** Instructions, as `docker import --change` takes them. */
  readonly changes?: readonly string[]
  /** Further files, below the root. */
  readonly files?: Readonly<Record<string, string>>
  /** The program; it serves /www on port 8080 unless told otherwise. */
  readonly command?: readonly string[]
}

/** A static busybox with a little web server: no registry and no build is needed. Gives its id. */
export async function importImage(docker: Docker, recipe: ImageRecipe): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'astern-image-'))
  try {
    for (const directory of ['bin', 'tmp', 'data', 'www', 'etc']) mkdirSync(join(root, directory))
    copyFileSync(execFileSync('which', ['busybox'], { encoding: 'utf8' }).trim(), join(root, 'bin/busybox'))
    chmodSync(join(root, 'bin/busybox'), 0o755)
    for (const applet of [
      'sh',
      'httpd',
      'sleep',
      'wget',
      'cat',
      'nc',
      'touch',
      'id',
      'hostname',
      'echo',
      'ls',
      'kill',
      'trap',
    ])
      symlinkSync('busybox', join(root, 'bin', applet))
    writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n')
    writeFileSync(join(root, 'www/version'), JSON.stringify({ version: recipe.says ?? recipe.name.split(':')[1] }))
    writeFileSync(join(root, 'www/healthz'), 'ok\n')
    for (const [path, text] of Object.entries(recipe.files ?? {})) {
      mkdirSync(join(root, path, '..'), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    const archive = execFileSync(
      'tar',
      ['-C', root, '--owner=0', '--group=0', '--mtime=2026-01-01', '--sort=name', '-c', '.'],
      {
        maxBuffer: 64 * 1024 * 1024,
      },
    )
    const command = recipe.command ?? [
      '/bin/busybox',
      'sh',
      '-c',
      'trap "exit 0" TERM; httpd -f -p 8080 -h /www & wait',
    ]
    const changes = [`CMD ${JSON.stringify(command)}`, ...(recipe.changes ?? [])]
    const [repo = '', tag = 'latest'] = recipe.name.split(/:(?=[^/]*$)/)
    return await importThrough(docker, archive, repo, tag, changes)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

async function importThrough(
  docker: Docker,
  archive: Buffer,
  repo: string,
  tag: string,
  changes: readonly string[],
): Promise<string> {
  const options = { repo, tag, changes: [...changes] }
  // The types know this method with a callback only.
  const begun: unknown = docker.importImage(Readable.from([archive]), options as never)
  let said = ''
  for await (const chunk of (await (begun as Promise<unknown>)) as AsyncIterable<unknown>) said += String(chunk)
  const image = await docker
    .getImage(`${repo}:${tag}`)
    .inspect()
    .catch(() => null)
  if (image === null) throw new Error(`the image was not imported: ${said}`)
  return image.Id
}
