import { open } from 'node:fs/promises'
import type { TryCommand } from '../../../state/command.ts'
import type { FetchFrom } from '../../../state/facts.ts'
import type { Fault } from '../../../state/fault.ts'
import { repositoryOf } from '../../../state/image-reference.ts'
import { oneLine } from '../../../state/text.ts'
import type { Evidence, Outcome } from '../../outcome.ts'
import { imagesIn } from './archives/archives.ts'
import type { Answer, Engine } from './engine.ts'
import { lookAtImage } from './image-config.ts'
import { tagOf } from './images.ts'
import { followProgress } from './progress.ts'
import { registryOf } from './registry/ask.ts'
import { credentialsFor, secretsIn } from './registry/credentials.ts'

type Pull = Extract<TryCommand, { kind: 'service.pull' }>

/** The step's own deadline ends it sooner. */
const longestMs = 60 * 60_000

/** Brings the recorded image onto the host, and none other. What runs, and what names lead to, stays as it is. */
export async function pullImage(
  engine: Engine,
  command: Pull,
  evidence: Evidence,
  signal: AbortSignal,
): Promise<Outcome> {
  const { from, digest } = command
  const before = await lookAtImage(engine, digest)
  if (before.ok) return there(command, 'is on the host already')
  if (before.status !== 404) return failed(before.fault)
  if (from === null) return failed(gone(command))
  const fetched =
    from.kind === 'registry'
      ? await fromRegistry(engine, from.reference, evidence, signal)
      : await fromArchive(engine, from.file, evidence, signal)
  if (signal.aborted) return failed(notFetched(command, from, 'its time was over'))
  if (!fetched.ok) return failed(notFetched(command, from, fetched.fault.detail ?? fetched.fault.what))
  if (fetched.value !== null) return failed(notFetched(command, from, fetched.value))
  const after = await lookAtImage(engine, digest)
  if (!after.ok) return failed(after.status === 404 ? isAnother(command, from) : after.fault)
  await giveName(engine, command, evidence)
  return there(command, from.kind === 'registry' ? `was pulled as ${from.reference}` : `was loaded from ${from.file}`)
}

/** Null: it ended well. Otherwise the Engine's own words: a pull that fails half-way answers 200 first. */
async function fromRegistry(
  engine: Engine,
  reference: string,
  evidence: Evidence,
  signal: AbortSignal,
): Promise<Answer<string | null>> {
  const { account, note } = await credentialsFor(registryOf(reference))
  for (const secret of secretsIn(account)) engine.hide(secret)
  evidence(
    `pull ${reference}, ${account === null ? `without an account (${note})` : 'with the account of the Docker client here'}`,
  )
  return engine.call(
    `pull ${reference}`,
    async docker => {
      const options = { abortSignal: signal, ...(account === null ? {} : { authconfig: account }) }
      return followProgress(await docker.pull(reference, options), evidence)
    },
    longestMs,
  )
}

/** Loading takes the names in the archive away from other images: those that lead to something here are given back. */
async function fromArchive(
  engine: Engine,
  file: string,
  evidence: Evidence,
  signal: AbortSignal,
): Promise<Answer<string | null>> {
  evidence(`load ${file}`)
  const names = (await imagesIn(file)).flatMap(({ tags }) => tags)
  const before = await Promise.all(names.map(async name => ({ name, image: await lookAtImage(engine, name) })))
  const loaded = await engine.call(
    `load ${file}`,
    async docker => {
      const handle = await open(file)
      try {
        const begun: unknown = docker.loadImage(handle.createReadStream({ autoClose: false }), { abortSignal: signal })
        return await followProgress((await begun) as AsyncIterable<unknown>, evidence)
      } finally {
        await handle.close()
      }
    },
    longestMs,
  )
  for (const { name, image } of before) if (image.ok) await nameIt(engine, image.value.Id, name, evidence)
  return loaded
}

/** Pulled by digest it has no name; its own is given back to it, unless it leads elsewhere now. */
async function giveName(engine: Engine, { name, digest }: Pull, evidence: Evidence): Promise<void> {
  if (name === null || name.includes('@') || name.startsWith('sha256:')) return
  const led = await lookAtImage(engine, name)
  if (led.ok && led.value.Id !== digest) evidence(`${name} leads to ${led.value.Id.slice(0, 19)} here, and stays so`)
  if (!led.ok && led.status === 404) await nameIt(engine, digest, name, evidence)
}

async function nameIt(engine: Engine, id: string, name: string, evidence: Evidence): Promise<void> {
  const led = await lookAtImage(engine, name)
  if (led.ok && led.value.Id === id) return
  const named = await engine.call(`name an image ${name}`, docker =>
    docker.getImage(id).tag({ repo: repositoryOf(name), tag: tagOf(name) }),
  )
  evidence(named.ok ? `${name} leads to ${id.slice(0, 19)}` : named.fault.what)
}

function there({ service, host, release, digest }: Pull, how: string): Outcome {
  return { ok: true, observed: { digest }, says: `the image of ${service} ${release} ${how} (${host})` }
}

function failed(fault: Fault): Outcome {
  return { ok: false, fault, observed: null }
}

function notFetched({ service, host, release }: Pull, from: FetchFrom, detail: string): Fault {
  const where = from.kind === 'registry' ? from.reference : from.file
  return {
    code: 'image.not-fetched',
    what: `The image of ${service} ${release} could not be brought onto ${host} (${where})`,
    means: 'Nothing was stopped, and nothing is until it is there.',
    next:
      from.kind === 'registry'
        ? `Look whether ${host} reaches the registry and the account may pull: docker pull ${where}. Then retry; what was pulled so far is kept.`
        : `Look whether the file is whole and ${host} has room. Then retry.`,
    detail: oneLine(detail, 300),
  }
}

function gone({ service, host, release, digest }: Pull): Fault {
  return {
    code: 'image.gone',
    what: `The image of ${service} ${release} (${digest.slice(0, 19)}) was on ${host} when the plan was made, and is gone`,
    means: 'Nothing was stopped. No registry and no archive is known to have it.',
    next: 'Load it there (docker load -i FILE) and retry; or undo, and plan with another version.',
  }
}

function isAnother({ service, host, release, digest }: Pull, from: FetchFrom): Fault {
  const where = from.kind === 'registry' ? from.reference : from.file
  return {
    code: 'image.another',
    what: `${where} gave ${host} another image than the one recorded for ${service} ${release} (${digest.slice(0, 19)})`,
    means: 'Nothing was stopped. What it gave lies on the host and is not used.',
    next: 'Find out who changed it there. Undo, and plan with another version or an archive.',
  }
}
