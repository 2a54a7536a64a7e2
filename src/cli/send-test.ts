import type { Channel } from '../state/channel.ts'
import type { MessageCommand, MessageMoment } from '../state/message.ts'
import type { Finding } from './doctor-finding.ts'
import type { Environment } from './environment.ts'
import { errand } from './errand.ts'

/** A message that says it is a test, on each channel where only those see it who are told. Each is journaled, as every message is. */
export async function sendTests(environment: Environment): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const [name, channel] of Object.entries(environment.manifest.notify))
    findings.push(await sendTest(environment, name, channel))
  return findings
}

async function sendTest(environment: Environment, name: string, channel: Channel): Promise<Finding> {
  const found = (what: string, ok: boolean, next = ''): Finding => ({ requirement: 'channels', what, ok, next })
  const left = leftOut(channel)
  if (left !== null) return found(`${name} (${channel.kind}): no test was sent: ${left}`, true)
  // An alert that was raised to try it is taken back.
  const moments: readonly MessageMoment[] =
    channel.kind === 'pagerduty' && channel.event === 'alert' ? ['note', 'resolved'] : ['note']
  const at = new Date().toISOString()
  const commands = moments.map(moment => testMessage(environment, name, moment, at))
  const fault = await errand(environment, 'test', commands)
  const delivery = commands[0]?.delivery ?? ''
  return fault === null
    ? found(`${name} (${channel.kind}): a test message was taken; see that it is there (${delivery})`, true)
    : found(`${name} (${channel.kind}): ${fault.what}`, false, 'Correct the channel in astern.yaml.')
}

/** Why a test would do harm, or nothing. */
function leftOut(channel: Channel): string | null {
  if (channel.kind === 'statuspage') return 'everybody would see it on the page'
  return channel.kind === 'cdevents' ? 'CDEvents has no event for it' : null
}

function testMessage({ manifest }: Environment, channel: string, moment: MessageMoment, at: string): MessageCommand {
  const { name } = manifest.environment
  return {
    kind: 'message.send',
    channel,
    delivery: `test.${moment}.${channel}.${at.replaceAll(/\D/g, '')}`,
    moment,
    subject: `[TEST] ${name}: a test of this channel`,
    text: 'Astern tries whether its messages arrive here. Nothing has happened, and nothing is to be done.',
    facts: {
      at,
      openedAt: at,
      class: 'drill',
      severity: null,
      scope: '',
      from: null,
      to: null,
      services: [],
      next: null,
      data: null,
    },
  }
}
