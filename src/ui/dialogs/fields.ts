import { graphemesOf } from '../text/width.ts'
import type { Draft, Field } from './dialog.ts'

export function textField(id: string, label: string, value = ''): Field {
  return { kind: 'text', id, label, value, cursor: graphemesOf(value).length }
}

export function typedField(id: string, label: string, wanted: string): Field {
  return { kind: 'typed', id, label, wanted, value: '', cursor: 0 }
}

export function pickField(id: string, label: string, options: readonly string[], chosen: string): Field {
  return { kind: 'pick', id, label, options, index: Math.max(0, options.indexOf(chosen)) }
}

export function listField(id: string, label: string, options: readonly { value: string; label: string }[]): Field {
  return { kind: 'list', id, label, options, index: 0 }
}

export function form(title: string, confirm: string, parts: Partial<Draft>): Draft {
  return { title, confirm, says: [], fields: [], destructive: false, guarded: true, ...parts }
}
