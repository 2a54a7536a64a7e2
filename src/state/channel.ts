import type { MessageMoment } from './message.ts'

/** `audience`: team, executives or public, each told in words of its own; any other is told as the team is. */
export type Channel = ChannelWay & {
  readonly audience: string
  /** Moments it is told of. Left out: as its kind and audience have it. */
  readonly stages?: readonly MessageMoment[]
}

/** What is called a reference is `env:`, `file:` or `cmd:`: an address that lets whoever knows it post is a secret too. */
type ChannelWay =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'webhook'; readonly url: string; readonly secret: string | null }
  /** `url`: a reference. */
  | { readonly kind: 'slack'; readonly url: string }
  | { readonly kind: 'teams'; readonly url: string }
  | {
      readonly kind: 'pagerduty'
      /** `alert` opens and resolves one incident a run; `change` notes at the end what was changed. */
      readonly event: 'alert' | 'change'
      readonly routingKey: string
      readonly api: string
    }
  | {
      readonly kind: 'statuspage'
      readonly page: string
      readonly key: string
      readonly components: readonly string[]
      readonly api: string
    }
  | {
      readonly kind: 'email'
      readonly server: MailServer
      readonly user: string | null
      readonly password: string | null
      readonly from: string
      readonly to: readonly string[]
    }
  /** `token`: a reference, sent as a bearer's. */
  | { readonly kind: 'cdevents'; readonly url: string; readonly token: string | null }
  | { readonly kind: 'grafana'; readonly url: string; readonly token: string; readonly dashboard: string | null }

/** `tls` from the first byte, by STARTTLS, or none where the network itself is trusted. */
export type MailServer = {
  readonly host: string
  readonly port: number
  readonly tls: 'at once' | 'starttls' | 'none'
  readonly ca: string | null
}

/** How a message to it may be sent again when nobody knows whether it arrived. */
export function repeatOf({ kind, ...channel }: Channel): 'by state' | 'by key' | 'never' {
  switch (kind) {
    case 'file':
    case 'statuspage':
    case 'grafana':
      return 'by state'
    case 'webhook':
    case 'cdevents':
      return 'by key'
    case 'pagerduty':
      return 'event' in channel && channel.event === 'change' ? 'never' : 'by key'
    case 'slack':
    case 'teams':
    case 'email':
      return 'never'
  }
}

export function stagesOf(channel: Channel): readonly MessageMoment[] {
  if (channel.stages !== undefined) return channel.stages
  const invited: readonly MessageMoment[] = channel.kind === 'email' && channel.audience !== 'public' ? ['review'] : []
  return [...usual(channel), ...invited]
}

function usual(channel: Channel): readonly MessageMoment[] {
  if (channel.kind === 'pagerduty')
    return channel.event === 'change' ? ['resolved'] : ['opened', 'decided', 'holding', 'resolved', 'failed']
  if (channel.kind === 'cdevents') return ['opened', 'decided', 'resolved']
  if (channel.kind === 'grafana') return ['decided', 'resolved', 'failed']
  if (channel.kind === 'statuspage' || channel.audience === 'public')
    return ['opened', 'decided', 'progress', 'restored', 'resolved', 'failed']
  if (channel.audience === 'executives')
    return ['opened', 'decided', 'progress', 'holding', 'restored', 'resolved', 'failed']
  return ['opened', 'decided', 'progress', 'holding', 'resolved', 'failed']
}
