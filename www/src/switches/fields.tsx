import { useId, useState, type ReactNode } from 'react'
import type { Choice, ChoiceGroup } from './choices'

interface FieldProps {
  id: string
  label: string
  hint?: string | undefined
  children: ReactNode
}

function Field({ id, label, hint, children }: FieldProps) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children}
      {hint !== undefined && <p className="hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  )
}

interface SelectProps {
  label: string
  hint?: string
  value: string
  options: readonly (Choice | ChoiceGroup)[]
  testId?: string
  onChange: (value: string) => void
}

export function SelectField({ label, hint, value, options, testId, onChange }: SelectProps) {
  const id = useId()
  return (
    <Field id={id} label={label} hint={hint}>
      <select
        id={id}
        value={value}
        data-testid={testId}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChange(event.target.value)}
      >
        {options.map((option) =>
          'choices' in option ? (
            <optgroup key={option.words} label={option.words}>{option.choices.map(asOption)}</optgroup>
          ) : (
            asOption(option)
          ),
        )}
      </select>
    </Field>
  )
}

function asOption({ value, words }: Choice) {
  return <option key={value} value={value}>{words}</option>
}

interface NumberProps {
  label: string
  unit: string
  value: number
  onCommit: (value: number) => void
}

/** Hands the number on when it is left or confirmed, not while it is being typed; the backend judges its range. */
export function NumberField({ label, unit, value, onCommit }: NumberProps) {
  const id = useId()
  const [draft, setDraft] = useState<string | null>(null)
  const commit = () => {
    if (draft !== null && draft.trim() !== '' && Number(draft) !== value) onCommit(Number(draft))
    setDraft(null)
  }
  return (
    <Field id={id} label={label}>
      <span className="with-unit">
        <input
          id={id}
          type="number"
          inputMode="decimal"
          step="any"
          value={draft ?? value}
          onChange={(event) => setDraft(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => event.key === 'Enter' && commit()}
        />
        <span>{unit}</span>
      </span>
    </Field>
  )
}

interface TextProps {
  label: string
  placeholder: string
  value: string
  onCommit: (value: string) => void
}

/** As {@link NumberField}, for words. */
export function TextField({ label, placeholder, value, onCommit }: TextProps) {
  const id = useId()
  const [draft, setDraft] = useState<string | null>(null)
  const commit = () => {
    if (draft !== null && draft !== value) onCommit(draft)
    setDraft(null)
  }
  return (
    <Field id={id} label={label}>
      <input
        id={id}
        value={draft ?? value}
        placeholder={placeholder}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
    </Field>
  )
}

interface ToggleProps {
  label: string
  hint?: string
  checked: boolean
  onChange: (checked: boolean) => void
}

export function ToggleField({ label, hint, checked, onChange }: ToggleProps) {
  const id = useId()
  return (
    <div className="toggle">
      <input
        id={id}
        type="checkbox"
        role="switch"
        checked={checked}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChange(event.target.checked)}
      />
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && <p className="hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  )
}
