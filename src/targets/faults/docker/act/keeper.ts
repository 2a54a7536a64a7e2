import { readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'
import type { Endpoint } from '../../../../state/manifest.ts'
import type { Evidence } from '../../../outcome.ts'
import { made, valueOf } from '../../../services/docker/act/hands.ts'
import type { Engine } from '../../../services/docker/engine.ts'
import { inside, keeperName, labelsOf, type Order } from '../aim.ts'
import type { Ground } from '../fleet.ts'
import { socketOn } from '../socket.ts'
import { ensureImage, keeperImage } from './keeper-image.ts'

/** For whoever tells it to end with docker stop. An Engine that begins anew may wait for it so long. */
const patienceSeconds = 30

/** Makes what of it is not there yet, and starts nothing. Gives its id. */
export async function makeKeeper(ground: Ground, engine: Engine, order: Order, evidence: Evidence): Promise<string> {
  const endpoint = endpointOf(ground, engine)
  const socket = valueOf(await socketOn(engine, endpoint))
  const name = keeperName(order.run, order.injected.inject)
  const Labels = labelsOf(order)
  evidence(`make the keeper ${name}`)
  made(await engine.call('make the volume of a keeper', docker => docker.createVolume({ Name: name, Labels })))
  for (let tried = 1; ; tried += 1) {
    await ensureImage(engine, endpoint, evidence)
    const created = await engine.call('make a keeper', docker =>
      docker.createContainer({ ...bodyOf(order, socket), name, Labels }),
    )
    // The last keeper of another drill may have taken the image away just now.
    if (created.status === 404 && tried < 3) continue
    if (created.status !== 409) made(created)
    break
  }
  const program = await readFile(ground.program)
  await put(engine, name, [{ name: inside.program, bytes: program }])
  return name
}

/** Whoever is to take it back is told by a file, which is there before any signal could be heard. */
export async function tell(engine: Engine, which: string): Promise<void> {
  await put(engine, which, [{ name: inside.told, bytes: Buffer.alloc(0) }])
}

export async function start(engine: Engine, which: string): Promise<void> {
  const started = await engine.call('start a keeper', docker => docker.getContainer(which).start(), 60_000)
  if (started.status !== 304) made(started)
}

async function put(
  engine: Engine,
  which: string,
  files: readonly { readonly name: string; readonly bytes: Buffer }[],
): Promise<void> {
  const archive = pack()
  archive.entry({ name: inside.own.slice(1), type: 'directory', mode: 0o700 })
  for (const { name, bytes } of files) archive.entry({ name: `${inside.own.slice(1)}/${name}`, mode: 0o600 }, bytes)
  archive.finalize()
  const body = await buffer(archive)
  made(
    await engine.call('put a file into a keeper', docker => docker.getContainer(which).putArchive(body, { path: '/' })),
  )
}

function bodyOf({ run, injected, aim }: Order, socket: string) {
  const name = keeperName(run, injected.inject)
  return {
    Image: keeperImage,
    Cmd: ['/bin/node', `${inside.own}/${inside.program}`],
    Env: [`${inside.nameVariable}=${name}`, `${inside.socketVariable}=${basename(socket)}`],
    StopTimeout: patienceSeconds,
    HostConfig: {
      NetworkMode: 'none',
      UsernsMode: 'host',
      // What ends a container's process as a crash would has to see it.
      ...(injected.fault === 'restart_loop' ? { PidMode: 'host' } : {}),
      // An Engine that begins anew after a crash ends what still runs, and counts that as stopped by hand.
      RestartPolicy: { Name: 'always' },
      SecurityOpt: ['label=disable', 'apparmor=unconfined'],
      Mounts: [
        {
          Type: 'bind' as const,
          Source: dirname(socket),
          Target: inside.run,
          ReadOnly: true,
          // What is mounted below it is others', and nobody's to hold.
          BindOptions: { NonRecursive: true } as never,
        },
        { Type: 'bind' as const, Source: socket, Target: inside.socket },
        { Type: 'volume' as const, Source: name, Target: inside.keep },
        ...(aim.kind === 'disk' ? [{ Type: 'bind' as const, Source: aim.directory, Target: inside.disk }] : []),
      ],
    },
  }
}

function endpointOf({ fleet }: Ground, { host }: Engine): Endpoint {
  const at = fleet.hosts[host]
  if (at?.kind !== 'docker') throw new Error(`${host} is no Docker host`)
  return at.endpoint
}
