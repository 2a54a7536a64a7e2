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
import { socketsOn, type Socket } from '../socket.ts'
import { ensureImage, keeperImage } from './keeper-image.ts'

/** For whoever tells it to end with docker stop. An Engine that begins anew may wait for it so long. */
const patienceSeconds = 30

/** Makes what of it is not there yet, and starts nothing. `told`: to take its fault back. Gives its name. */
export async function makeKeeper(
  ground: Ground,
  engine: Engine,
  order: Order,
  evidence: Evidence,
  told = false,
): Promise<string> {
  const endpoint = endpointOf(ground, engine)
  const sockets = valueOf(await socketsOn(engine, endpoint))
  const name = keeperName(order.run, order.injected.inject)
  const Labels = labelsOf(order)
  evidence(`make the keeper ${name}`)
  made(await engine.call('make the volume of a keeper', docker => docker.createVolume({ Name: name, Labels })))
  for (let tried = 1; ; tried += 1) {
    await ensureImage(engine, endpoint, evidence)
    const created = await engine.call('make a keeper', docker =>
      docker.createContainer({ ...bodyOf(order, sockets, told), name, Labels }),
    )
    // The last keeper of another drill may have taken the image away just now.
    if (created.status === 404 && tried < 3) continue
    if (created.status !== 409) made(created)
    break
  }
  await putProgram(engine, name, ground.program)
  return name
}

export async function start(engine: Engine, which: string): Promise<void> {
  const started = await engine.call('start a keeper', docker => docker.getContainer(which).start(), 60_000)
  if (started.status !== 304) made(started)
}

async function putProgram(engine: Engine, which: string, program: string): Promise<void> {
  const archive = pack()
  archive.entry({ name: inside.own.slice(1), type: 'directory', mode: 0o700 })
  archive.entry({ name: `${inside.own.slice(1)}/${inside.program}`, mode: 0o600 }, await readFile(program))
  archive.finalize()
  const body = await buffer(archive)
  const put = await engine.call('put its program into a keeper', docker =>
    docker.getContainer(which).putArchive(body, { path: '/' }),
  )
  made(put)
}

function bodyOf({ run, injected, aim }: Order, sockets: readonly Socket[], told: boolean) {
  const name = keeperName(run, injected.inject)
  return {
    Image: keeperImage,
    Cmd: ['/bin/node', `${inside.own}/${inside.program}`],
    Env: [
      `${inside.nameVariable}=${name}`,
      `${inside.socketsVariable}=${JSON.stringify(sockets.map(({ path }) => basename(path)))}`,
      ...(told ? [`${inside.toldVariable}=1`] : []),
    ],
    StopTimeout: patienceSeconds,
    HostConfig: {
      NetworkMode: 'none',
      // How far it is, is read in its log, whatever the Engine does with those of others.
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } },
      UsernsMode: 'host',
      // What ends a container's process as a crash would has to see it.
      ...(injected.fault === 'restart_loop' ? { PidMode: 'host' } : {}),
      // An Engine that begins anew after a crash ends what still runs, and counts that as stopped by hand.
      RestartPolicy: { Name: 'always' },
      SecurityOpt: ['label=disable', 'apparmor=unconfined'],
      Mounts: [
        ...sockets.flatMap(mountsOf),
        { Type: 'volume' as const, Source: name, Target: inside.keep },
        ...(aim.kind === 'disk' ? [{ Type: 'bind' as const, Source: aim.directory, Target: inside.disk }] : []),
      ],
    },
  }
}

function mountsOf({ path, besideData }: Socket, nth: number) {
  const socket = { Type: 'bind' as const, Source: path, Target: inside.socket(nth) }
  const directory = {
    Type: 'bind' as const,
    Source: dirname(path),
    Target: inside.run(nth),
    ReadOnly: true,
    // What is mounted below it is others', and nobody's to hold.
    BindOptions: { NonRecursive: true } as never,
  }
  return besideData ? [socket] : [directory, socket]
}

function endpointOf({ fleet }: Ground, { host }: Engine): Endpoint {
  const at = fleet.hosts[host]
  if (at?.kind !== 'docker') throw new Error(`${host} is no Docker host`)
  return at.endpoint
}
