import { databases } from './databases.ts'
import { drills } from './drills.ts'
import { ledDrills } from './drills-led.ts'
import type { Guard } from './guard.ts'
import { hands } from './hands.ts'
import { services } from './services.ts'

export const lists: Readonly<Record<string, readonly Guard[]>> = {
  databases,
  services,
  hands,
  drills: [...drills, ...ledDrills],
}

/** Of a list's name or a guard's id; null: there is neither. Nothing asked for: all of them. */
export function chosen(words: readonly string[]): readonly Guard[] | { readonly unknown: readonly string[] } {
  const all = Object.values(lists).flat()
  const unknown = words.filter(word => lists[word] === undefined && !all.some(({ id }) => id === word))
  if (unknown.length > 0) return { unknown }
  const isChosen = ({ id }: Guard): boolean =>
    words.length === 0 || words.some(word => word === id || lists[word]?.some(guard => guard.id === id))
  return all.filter(isChosen)
}
