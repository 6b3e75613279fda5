import styles from "./SocketGlyph.module.css";
import { socketColor, socketShape } from "./socketLook";

/** The glyph of a socket type, for lists and help. */
export function SocketGlyph({ type }: { type: string }) {
  return (
    <span className={`${styles.glyph} ${styles[socketShape(type)]}`} style={{ color: socketColor(type) }} aria-hidden />
  );
}
