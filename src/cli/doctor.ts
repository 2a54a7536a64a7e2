import { gatherFacts } from '../runners/engine/gather.ts'
import { withKept } from '../runners/engine/kept.ts'
import type { Facts } from '../state/facts.ts'
import { holderOf, keptImages, lackOf } from '../state/planner/protection.ts'
import { automation } from './doctor-automation.ts'
import { databaseFindings } from './doctor-databases.ts'
import type { Finding } from './doctor-finding.ts'
import { rehearsals } from './doctor-rehearsals.ts'
import { chooseTarget } from '../state/planner/target.ts'
import { judgeMigrations } from '../state/planner/migrations.ts'
import type { Looks } from '../targets/looks.ts'
import { closeLooks, looksFor, openEnvironment, type Environment } from './environment.ts'
import { exitCode } from './exit-codes.ts'
import type { Flags } from './flags.ts'
import { answer, answerJson } from './talk.ts'

/** Whether a rollback could be run now: automation, artifacts, backups, channels. Touches nothing, unless a test is sent. Exit 1 on a failure. */
export async function doctor(flags: Flags): Promise<number> {
  const environment = await openEnvironment(flags)
  if (environment === null) return exitCode.usage
  await environment.secrets.learn(environment.manifest)
  const looks = looksFor(environment)
  try {
    const seen = await gatherFacts(environment.manifest, looks, environment.secrets.mask, () => new Date(), {
      backups: 'read',
    })
    const facts = await withKept(seen, lastGood, looks)
    const findings = [
      ...(await automation(facts, looks)),
      ...artifacts(facts),
      ...protection(facts),
      ...backups(facts, environment),
      ...(await rehearsals(facts, environment, looks, lastGood)),
      ...(await channels(environment, looks)),
      ...(flags.sendTest === true ? await (await import('./send-test.ts')).sendTests(environment) : []),
    ]
    if (flags.json === true) answerJson(findings)
    else for (const finding of findings) answer(findingLine(finding))
    return findings.every(({ ok }) => ok) ? exitCode.reached : exitCode.short
  } finally {
    await closeLooks(looks)
  }
}

function findingLine({ requirement, what, ok, warning, next }: Finding): string {
  const mark = ok ? (warning === true ? '▲ warn' : '✓ ok  ') : '✗ FAIL'
  return `${mark} ${requirement.padEnd(10)} ${what}${ok && warning !== true ? '' : `\n         next: ${next}`}`
}

const lastGood = { version: null, emergency: false, preserveData: false, services: [] }

/** A stopped container that Astern keeps is no protection: a prune takes it, image and all. */
function protection(facts: Facts): readonly Finding[] {
  return keptImages(facts).map(([key, kept]): Finding => {
    const holder = holderOf(kept)
    const image = `the image of ${key} ${kept.release} (${kept.of === 'target' ? 'to go back to' : 'runs now'})`
    return {
      requirement: 'artifacts',
      what: `${image}: ${holder ?? lackOf(kept)}`,
      ok: holder !== null,
      next: 'Push it to its registry, or save it: astern record --version V --save, with artifacts: in astern.yaml.',
    }
  })
}

function artifacts(facts: Facts): readonly Finding[] {
  const chosen = chooseTarget(facts, lastGood)
  if (chosen.ok)
    return [
      {
        requirement: 'artifacts',
        what: `${chosen.target.version} can be gone back to: complete on every host`,
        ok: true,
        next: '',
      },
    ]
  return [
    {
      requirement: 'artifacts',
      what: `${chosen.fault.what}: ${chosen.fault.means}`,
      ok: false,
      next: chosen.fault.next,
    },
  ]
}

function backups(facts: Facts, { manifest }: Environment): readonly Finding[] {
  const chosen = chooseTarget(facts, lastGood)
  const judged = chosen.ok ? judgeMigrations(facts, manifest, chosen.target) : null
  const space = Object.entries(facts.databases).flatMap(([name, fact]) =>
    databaseFindings(name, fact, manifest, facts.at),
  )
  const ways = (judged?.blockers ?? []).map(
    (what): Finding => ({ requirement: 'backups', what, ok: false, next: 'Write the way down while it is quiet.' }),
  )
  return [...space, ...ways]
}

/** As far as it shows without sending. A secret that is not there is told as what is wrong. */
async function channels({ manifest, secrets }: Environment, looks: Looks): Promise<readonly Finding[]> {
  const names = Object.keys(manifest.notify)
  if (names.length === 0)
    return [{ requirement: 'channels', what: 'no channel is declared', ok: false, next: 'Declare one under notify.' }]
  return Promise.all(
    names.map(async (name): Promise<Finding> => {
      const verified = await looks.channels[name]?.verify().catch(error => ({
        ok: false,
        says: error instanceof Error ? error.message : String(error),
        next: 'Correct it in astern.yaml, or make its secret known here.',
      }))
      const { ok, says, next } = verified ?? { ok: false, says: 'not known', next: '' }
      return { requirement: 'channels', what: secrets.mask(`${name}: ${says}`), ok, next }
    }),
  )
}
