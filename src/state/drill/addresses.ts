import type { Channel } from '../channel.ts'

/**
 * Where a channel leads, whatever it is called: with one of these in common, two are the same. A secret stands in it as
 * its reference.
 */
export function addressesOf(channel: Channel): readonly string[] {
  switch (channel.kind) {
    case 'file':
      return [`file ${channel.path}`]
    case 'webhook':
    case 'slack':
    case 'teams':
    case 'cdevents':
      return [`post ${urlOf(channel.url)}`]
    case 'pagerduty':
      return [`pagerduty ${channel.routingKey}`]
    case 'statuspage':
      return [`page ${channel.page}`, `page by ${channel.key}`]
    case 'email':
      return channel.to.map(to => `mail ${to.toLowerCase()}`)
    case 'grafana':
      return [`grafana ${urlOf(channel.url)} ${channel.dashboard ?? ''}`]
  }
}

/** In one spelling: `HTTPS://Hooks.example:443/a/` is `https://hooks.example/a`. */
function urlOf(text: string): string {
  if (!URL.canParse(text)) return text
  const { protocol, host, pathname, search } = new URL(text)
  return `${protocol}//${host}${pathname.replace(/\/+$/, '')}${search}`
}
