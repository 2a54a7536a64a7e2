import { createHash } from 'node:crypto'
import { cut } from '../../../state/channel-words.ts'
import type { MessageCommand } from '../../../state/message.ts'
import type { RunContext } from '../../permit.ts'

type Who = Pick<RunContext, 'run' | 'environment'>

/**
 * CDEvents 0.5.1: an incident detected when a rollback is told of, each service rolled back and the incident resolved at its
 * end. It has no event for what lies between. Ids come from run and place, so that an event sent again is the same one.
 */
export function cdevents(command: MessageCommand, who: Who, now: Date) {
  switch (command.moment) {
    case 'opened':
    case 'decided':
      return [event('incident.detected', who, command, now, incident(command, who))]
    case 'resolved':
      return [
        ...(command.facts?.services ?? []).map(one =>
          event('service.rolledback', who, command, now, service(one, command, who)),
        ),
        event('incident.resolved', who, command, now, incident(command, who)),
      ]
    case 'progress':
    case 'holding':
    case 'restored':
    case 'failed':
    case 'review':
    case 'note':
      return []
  }
}

export type CdEvent = ReturnType<typeof cdevents>[number]

type Subject = { readonly id: string; readonly source: string; readonly content: Readonly<Record<string, unknown>> }

function event(kind: string, who: Who, { subject, facts, delivery }: MessageCommand, now: Date, about: Subject) {
  return {
    context: {
      specversion: '0.5.1',
      id: uuidOf(`${who.run} ${kind} ${about.id} ${about.source}`),
      chainId: uuidOf(who.run),
      source: sourceOf(who),
      type: `dev.cdevents.${kind}.0.3.0`,
      timestamp: facts?.at ?? now.toISOString(),
    },
    subject: about,
    customData: {
      run: who.run,
      delivery,
      subject,
      from: facts?.from ?? null,
      to: facts?.to ?? null,
      data: facts?.data ?? null,
    },
    customDataContentType: 'application/json',
  }
}

function incident({ text }: MessageCommand, who: Who): Subject {
  return {
    id: `incident/${who.run}`,
    source: sourceOf(who),
    content: { description: cut(text, 4000), environment: { id: who.environment } },
  }
}

type Instance = NonNullable<MessageCommand['facts']>['services'][number]

function service({ service: name, host, digest }: Instance, { facts }: MessageCommand, who: Who): Subject {
  const at = /^sha256:[0-9a-f]{64}$/.test(digest)
    ? `pkg:oci/${name.toLowerCase()}@${encodeURIComponent(digest)}`
    : `pkg:generic/${name}@${encodeURIComponent(facts?.to ?? digest)}`
  return {
    id: `service/${name}`,
    source: `/host/${host}`,
    content: { environment: { id: who.environment }, artifactId: at },
  }
}

function sourceOf({ environment }: Who): string {
  return `/astern/${encodeURIComponent(environment)}`
}

/** The same text, the same UUID (version 8, RFC 9562). */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
