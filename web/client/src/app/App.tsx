export function App() {
  return <h1>Noiseloom</h1>;
}
