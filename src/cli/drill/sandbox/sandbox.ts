import { existsSync } from 'node:fs'
import { exitCode } from '../../exit-codes.ts'
import type { Flags } from '../../flags.ts'
import { answer, answerJson, talkProse, tell } from '../../talk.ts'
import { askSandbox } from './ask.ts'
import { standingSandbox, type SandboxKind, type Standing } from './standing.ts'
import { startSandbox } from './start.ts'

const endMs = 60_000

/** `astern drill --sandbox`, without a scenario: one that stands until it is ended, or until its deadline. */
export async function standSandbox(flags: Flags): Promise<number> {
  if (flags.sandbox === 'end') return endSandbox(flags)
  const ready = await readySandbox(kindOf(flags))
  if (ready === null) return exitCode.short
  if (flags.json === true) answerJson(ready.standing)
  else answer(words(ready.standing))
  return exitCode.reached
}

/** Plays in a sandbox: the one that stands, put right first, or one of its own, which ends with the drill. */
export async function inSandbox(flags: Flags, play: (flags: Flags) => Promise<number>): Promise<number> {
  const ready = await readySandbox(kindOf(flags))
  if (ready === null) return exitCode.short
  const { standing, isOwn } = ready
  if (isOwn) await askSandbox(standing.socket, 'POST', 'end-with-drill')
  const code = await play({ ...flags, config: standing.manifest })
  const isPlayed = flags.check !== true && code !== exitCode.usage && code !== exitCode.refused
  if (isOwn && !isPlayed) await askSandbox(standing.socket, 'POST', 'end')
  return code
}

function kindOf({ sandbox }: Flags): SandboxKind | null {
  return sandbox === 'docker' || sandbox === 'embedded' ? sandbox : null
}

async function readySandbox(kind: SandboxKind | null): Promise<{ standing: Standing; isOwn: boolean } | null> {
  const standing = await standingSandbox()
  if (standing === null) {
    talkProse(
      `Setting up a sandbox (${kind ?? 'embedded'}): a shop of four services and a database, with customers who order…`,
    )
    const started = await startSandbox(kind ?? 'embedded')
    if (started.ok) return { standing: started.value, isOwn: true }
    tell(started.fault)
    return null
  }
  if (kind !== null && kind !== standing.kind) {
    talkProse(
      `astern: the sandbox that stands in ${standing.root} is ${standing.kind}. End it first: astern drill --sandbox=end`,
    )
    return null
  }
  // Whatever is live in it decides what becomes of it: the proof refuses, or the next drill takes back what the last has left.
  if ((standing.busy ?? null) !== null) return { standing, isOwn: false }
  const reset = await askSandbox(standing.socket, 'POST', 'reset')
  if (reset?.ok === true) return { standing, isOwn: false }
  talkProse(
    `astern: the sandbox in ${standing.root} could not be put right: ${reset?.why ?? 'it is gone'}. End it: astern drill --sandbox=end`,
  )
  return null
}

async function endSandbox(flags: Flags): Promise<number> {
  const standing = await standingSandbox()
  const asked = standing === null ? null : await askSandbox(standing.socket, 'POST', 'end')
  if (standing !== null && asked?.ok === true && !(await isGone(standing))) {
    talkProse(`astern: the sandbox in ${standing.root} was told to end, and goes on. Its process is ${standing.pid}.`)
    return exitCode.short
  }
  const ended = asked === null ? null : (standing?.root ?? null)
  if (flags.json === true) answerJson({ ended })
  else answer(ended === null ? 'no sandbox stands here' : `ended the sandbox in ${ended}`)
  return exitCode.reached
}

/** Once everything in it has ended: a run that goes on in it is stopped first. */
async function isGone({ root }: Standing): Promise<boolean> {
  const deadline = performance.now() + endMs
  while (existsSync(root)) {
    if (performance.now() > deadline) return false
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return true
}

function words({ environment, kind, root, manifest, deadline }: Standing): string {
  return [
    `The sandbox ${environment} (${kind}) stands in ${root} until ${deadline}.`,
    '  play in it     astern drill SCENARIO --sandbox      (astern drill --list has the scenarios)',
    `  look at it     astern watch --config ${manifest}`,
    '  end it         astern drill --sandbox=end',
  ].join('\n')
}
