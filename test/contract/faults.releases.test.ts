import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'
import type { InjectFault } from '../../src/state/drill/command.ts'
import { placeBeside, placeIn } from '../../src/targets/faults/releases/places.ts'
import { handsOn, keeperIn, manifestWith } from './faults-stage.ts'
import { faultContract, type FaultWorld } from './faults-suite.ts'
import { apply, digestIn, host, instance, openShop, service, until, type Shop } from './services-shop.ts'

type Case = {
  readonly fault: InjectFault['fault']
  readonly settings?: InjectFault['settings']
  readonly isHurt: (at: At) => Promise<boolean>
}
type At = { readonly shop: Shop; readonly disk: string; readonly first: number | null }

const onService: readonly Case[] = [
  { fault: 'stop', isHurt: ({ shop }) => isDown(shop) },
  { fault: 'kill', isHurt: ({ shop }) => isDown(shop) },
  { fault: 'pause', isHurt: ({ shop }) => isPaused(shop) },
  { fault: 'restart_loop', settings: { everyMs: 300 }, isHurt: ({ shop }) => isRestarted(shop) },
  { fault: 'image_gone', settings: { release: '1.2.2' }, isHurt: async ({ shop }) => !(await has(shop, '1.2.2')) },
  {
    fault: 'tag_moved',
    settings: { release: '1.2.2', instead: '1.3.0' },
    isHurt: async ({ shop }) => mannerOf(shop, '1.2.2') !== '1.2.2',
  },
]

const onHost: readonly Case[] = [
  { fault: 'daemon_gone', isHurt: async ({ shop }) => (await shop.act.observe(instance)).state === 'unreachable' },
  { fault: 'disk_full', isHurt: ({ disk }) => Promise.resolve(isFull(disk)) },
]

describe('release directories and their processes', () => {
  for (const one of onService) faultContract(one.fault, () => worldOf(one, { kind: 'service', service, host }), 'held')
  for (const one of onHost) faultContract(one.fault, () => worldOf(one, { kind: 'host', host }), 'held')
})

async function worldOf({ fault, settings = {}, isHurt }: Case, target: InjectFault['target']): Promise<FaultWorld> {
  const shop = await openShop()
  await shop.release('1.2.2')
  await shop.release('1.3.0')
  await shop.point('1.3.0')
  mkdirSync(join(shop.root, '.astern'))
  const command = { service, host, release: '1.3.0', digest: await digestIn(shop, '1.3.0') }
  const begun = await apply(shop, { kind: 'service.start', ...command })
  if (!begun.ok) throw new Error(begun.fault.what)
  const home = mkdtempSync(join(tmpdir(), 'astern-home-'))
  const disk = mkdtempSync(join(tmpdir(), 'astern-disk-'))
  if (fault === 'disk_full') execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk])
  const { hosts, services } = shop.config
  const manifest = manifestWith({ hosts, services, drill: { disks: { [host]: disk } } })
  const hands = handsOn(manifest, home)
  const at = { shop, disk, first: await shop.pid() }
  return {
    ...hands,
    fault: { fault, target, settings },
    target: async () => {
      const { state, release, digest, pointed, note } = await shop.act.observe(instance)
      return { state, release, digest, pointed, note, files: filesBelow(shop.root), disk: readdirSync(disk) }
    },
    isHurt: () => isHurt(at),
    keeper: keeperAt(shop),
    close: async () => {
      await hands.close()
      if (fault === 'disk_full') execFileSync('umount', [disk])
      await shop.close()
      for (const place of [home, disk]) rmSync(place, { recursive: true, force: true })
    },
  }
}

function keeperAt({ root }: Shop): (run: string) => number | null {
  return keeperIn(placeIn(root), placeBeside(root))
}

async function isDown(shop: Shop): Promise<boolean> {
  return (await shop.pid()) === null
}

async function isPaused(shop: Shop): Promise<boolean> {
  const pid = await shop.pid()
  const line = pid === null ? '' : readFileSync(`/proc/${pid}/stat`, 'utf8')
  return line.slice(line.lastIndexOf(')') + 2).startsWith('T')
}

/** Another one runs before its keeper has gone. */
async function isRestarted(shop: Shop): Promise<boolean> {
  const before = await shop.pid()
  if (before === null) return true
  const restarted = async () => (await shop.pid()) !== before
  const keeper = keeperAt(shop)
  return until(async () => ((await restarted()) ? 'yes' : keeper('run-1') === null ? 'no' : null)).then(
    is => is === 'yes',
  )
}

async function has(shop: Shop, release: string): Promise<boolean> {
  return (await shop.act.releases(instance)).some(found => found.release === release)
}

function mannerOf(shop: Shop, release: string): string {
  const { says } = JSON.parse(readFileSync(join(shop.base, 'releases', release, 'manner.json'), 'utf8')) as {
    says: string
  }
  return says
}

function isFull(disk: string): boolean {
  try {
    appendFileSync(join(disk, 'order'), Buffer.alloc(8_192))
    return false
  } catch {
    return true
  } finally {
    rmSync(join(disk, 'order'), { force: true })
  }
}

/** Every entry with its mode and its content; what a running service writes is left out. */
function filesBelow(root: string): readonly string[] {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()
  return names
    .filter(name => !name.includes('shared/'))
    .map(name => {
      const path = join(root, name)
      const stats = lstatSync(path)
      const content = stats.isSymbolicLink()
        ? readlinkSync(path)
        : stats.isFile()
          ? createHash('sha256').update(readFileSync(path)).digest('hex')
          : ''
      return `${stats.mode.toString(8)} ${name} ${content}`
    })
}
