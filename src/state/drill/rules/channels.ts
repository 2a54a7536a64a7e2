import { addressesOf } from '../addresses.ts'
import { refusal, type DrillQuestion, type Found } from '../facts.ts'

export function addressHash(address: string, hash: (text: string) => string): string {
  return hash(`channel ${address}`)
}

/** Messages of a drill go to channels of its own, and nowhere else: notify is not read. */
export function channelRules({ manifest, list, past, hash }: DrillQuestion): Found {
  const own = Object.entries(manifest.drill?.notify ?? {})
  if (own.length === 0) {
    const what = 'there is no drill.notify: a drill has channels of its own, and never those under notify'
    return { refusals: [refusal('channels.none', what, 'Add drill: { notify: ... } with at least one.')], proven: [] }
  }
  const published = list.ok ? Object.entries(list.production) : []
  const refusals = own.flatMap(([name, channel]) => {
    const addresses = addressesOf(channel)
    const there = published.find(([, { channels }]) =>
      addresses.some(address => channels.includes(addressHash(address, hash))),
    )
    const before = past.findLast(({ channels }) =>
      channels.flatMap(addressesOf).some(address => addresses.includes(address)),
    )
    const whose = there?.[0] ?? before?.environment
    if (whose === undefined) return []
    const what = `the channel drill.notify.${name} leads to where ${whose}, which is production, tells its people`
    return [refusal('channel.live', what, 'Give the drill a channel that nobody mistakes for an alarm.')]
  })
  const proven = [
    `messages go to ${own.map(([name]) => name).join(', ')} of drill.notify alone, none of them production's`,
  ]
  return { refusals, proven: refusals.length === 0 ? proven : [] }
}
