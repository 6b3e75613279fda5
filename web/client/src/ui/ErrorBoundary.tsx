import { Component, type ReactNode } from "react";

interface Props {
  /** What stands there instead, with a way to try again. */
  instead: (error: Error, again: () => void) => ReactNode;
  onError?: (error: Error) => void;
  children: ReactNode;
}

/** Keeps what breaks inside from taking the page with it. */
export class ErrorBoundary extends Component<Props, { error: Error | null }> {
  override state = { error: null };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidCatch(error: Error): void {
    this.props.onError?.(error);
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error === null ? this.props.children : this.props.instead(error, () => this.setState({ error: null }));
  }
}
