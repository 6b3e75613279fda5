import { useId } from "react";
import styles from "./Settings.module.css";

interface ChoiceProps<T extends string | number> {
  label: string;
  help?: string;
  value: T;
  options: readonly (readonly [value: T, words: string])[];
  choose: (value: T) => void;
}

/** One of a few, all of them in sight. */
export function Choice<T extends string | number>({ label, help, value, options, choose }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset className={styles.choice}>
      <legend>{label}</legend>
      <div>
        {options.map(([option, words]) => (
          <label key={option} data-on={option === value}>
            <input type="radio" name={name} checked={option === value} onChange={() => choose(option)} />
            {words}
          </label>
        ))}
      </div>
      {help === undefined ? null : <p>{help}</p>}
    </fieldset>
  );
}

interface SwitchProps {
  label: string;
  help?: string;
  on: boolean;
  disabled?: boolean;
  turn: (on: boolean) => void;
}

/** On or off. */
export function Switch({ label, help, on, disabled = false, turn }: SwitchProps) {
  const id = useId();
  return (
    <div className={styles.switch}>
      <input
        id={id}
        type="checkbox"
        role="switch"
        checked={on}
        disabled={disabled}
        aria-checked={on}
        aria-describedby={help === undefined ? undefined : `${id}-help`}
        onChange={(event) => turn(event.target.checked)}
      />
      <label htmlFor={id}>{label}</label>
      {help === undefined ? null : <p id={`${id}-help`}>{help}</p>}
    </div>
  );
}
