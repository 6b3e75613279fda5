import styles from "./Inspector.module.css";

interface Props {
  title: string;
  /** What a command finds it by. */
  name?: string;
  children: React.ReactNode;
}

/** A titled part of the inspector. */
export function Part({ title, name, children }: Props) {
  return (
    <section className={styles.part} aria-label={title} data-part={name}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}
