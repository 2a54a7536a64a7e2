import type { InjectFault } from './command.ts'
import type { InjectTarget } from './scenario.ts'

/** A proxy that drills may disturb, as its file has it: part of its environment, and there between drills too. */
export type ProxyFile = {
  /** Where it is told what to do. */
  readonly control: Address
  /** By `service api@web-1`, `host web-1`, `channel ops`. */
  readonly routes: Readonly<Record<string, Route>>
}

export type Route = { readonly listen: Address; readonly to: Address }

export type Address =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }

/** What a proxy holds, as it tells of it. */
export type ProxyState = {
  /** Where each route listens, by its name. */
  readonly routes: Readonly<Record<string, Address>>
  readonly faults: readonly ProxyFault[]
}

export type ProxyFault = {
  readonly run: string
  readonly environment: string
  readonly injected: InjectFault
  /** ISO time, by the proxy's clock. */
  readonly expiresAt: string
}

/** The way to it, as a proxy calls it; null: no proxy is on the way. */
export function routeTo(target: InjectTarget): string | null {
  switch (target.kind) {
    case 'service':
      return `service ${target.service}@${target.host}`
    case 'host':
      return `host ${target.host}`
    case 'channel':
      return `channel ${target.channel}`
    case 'database':
    case 'command':
    case 'operator':
      return null
  }
}

export function addressText(address: Address): string {
  if (address.kind === 'unix') return `unix://${address.path}`
  const host = address.host.includes(':') ? `[${address.host}]` : address.host
  return `tcp://${host}:${address.port}`
}

/** Of `unix:///run/a.sock`, `tcp://127.0.0.1:80` and `http://127.0.0.1:80`; null: it is none of them. */
export function parseAddress(text: string): Address | null {
  const path = /^unix:\/\/(\/.+)$/.exec(text)?.[1]
  if (path !== undefined) return { kind: 'unix', path }
  const [, named = '', port = ''] = /^(?:tcp|http):\/\/(\[[0-9a-fA-F:.]+\]|[^:/[\]]+):(\d{1,5})\/?$/.exec(text) ?? []
  if (named === '' || Number(port) > 65_535) return null
  return { kind: 'tcp', host: named.replace(/^\[|\]$/g, ''), port: Number(port) }
}
