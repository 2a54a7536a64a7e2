import { hostname } from 'node:os'
import { isEngineAlive } from '../client/alive.ts'
import { asternHome } from '../client/home.ts'
import type { Facts, Lock } from '../state/facts.ts'
import { spanText } from '../state/times.ts'
import type { Looks } from '../targets/looks.ts'
import type { Machine } from '../targets/services/port.ts'
import { found, type Finding } from './doctor-finding.ts'
import { machineFindings } from './doctor-machine.ts'

/** Whether each host can be reached and its record read, nobody holds it, its clock is right, and its services run. */
export async function automation(facts: Facts, looks: Looks): Promise<readonly Finding[]> {
  const hosts = await Promise.all(
    Object.entries(facts.records).map(([host, record]) => hostFindings(host, record, looks)),
  )
  const services = Object.entries(facts.services).map(([key, { observed }]) => {
    const ok = observed.state === 'running' && observed.note === null
    return found(
      'automation',
      `${key} is ${observed.state} ${observed.release ?? ''}`.trim(),
      ok,
      observed.note ?? 'Start it, or look at its log.',
    )
  })
  return [...hosts.flat(), ...services, ...machineFindings(asternHome(process.env))]
}

async function hostFindings(host: string, record: Facts['records'][string], looks: Looks): Promise<readonly Finding[]> {
  if ('fault' in record) {
    const { what, detail, next } = record.fault
    return [found('automation', detail === undefined ? what : `${what} (${detail})`, false, next)]
  }
  const readable = found('automation', `${host}: its record of the environment can be read`, true, '')
  const held = record.lock === null ? [] : [await heldBy(host, record.lock)]
  return [readable, ...held, ...machine(host, await looks.services.machine(host))]
}

/** Of a run on this machine it can be seen whether its engine still works. */
async function heldBy(host: string, { run, who, on, directory }: Lock): Promise<Finding> {
  const isHere = on === hostname()
  if (isHere && !(await isEngineAlive(directory)))
    return found(
      'automation',
      `${host} is held by run ${run} of ${who}, whose engine is gone`,
      false,
      `Go on with it: astern attach ${run}    or end it: astern stop ${run} --reason WHY`,
    )
  const elsewhere = isHere
    ? ''
    : `    or, if ${on} is lost, take it over: astern attach ${run} --from-hosts --reason WHY`
  return found(
    'automation',
    `${host} is held by run ${run} of ${who} on ${on}`,
    false,
    `Join it: astern attach ${run}${elsewhere}`,
  )
}

/** Times of logs, of restarts and of the journal are compared across machines. */
const mostSkewMs = 5_000

function machine(host: string, { skewMs, tooOld }: Machine): readonly Finding[] {
  const old = tooOld === null ? [] : [found('automation', `${host}: ${tooOld}`, false, 'Update Docker on that host.')]
  return [...old, ...clock(host, skewMs ?? 0)]
}

function clock(host: string, skewMs: number): readonly Finding[] {
  if (Math.abs(skewMs) <= mostSkewMs) return []
  const way = skewMs > 0 ? 'ahead of' : 'behind'
  return [
    found(
      'automation',
      `the clock of ${host} is ${spanText(Math.abs(skewMs))} ${way} this machine's`,
      false,
      `Look which of both is wrong (timedatectl, chronyc tracking), and have it set right.`,
    ),
  ]
}
