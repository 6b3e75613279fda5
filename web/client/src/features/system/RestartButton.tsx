import { RotateCw } from "lucide-react";
import { useState } from "react";
import { ApiError } from "@/api/client";
import { restartWorker } from "@/api/system";
import { useWords } from "@/i18n/useWords";
import { notify } from "@/state/page/notices";
import { useRuns } from "@/state/runs/runs";

interface Props {
  className: string | undefined;
  onDone?: () => void;
}

/** Starts the worker anew. While it runs a job, the button waits. */
export function RestartButton({ className, onDone }: Props) {
  const { t } = useWords();
  const worker = useRuns((state) => state.worker);
  const [asking, setAsking] = useState(false);
  const restart = async () => {
    setAsking(true);
    try {
      await restartWorker();
      onDone?.();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const busy = error.status === 409;
      notify(busy ? "warning" : "error", busy ? t("system.busy") : error.message || t("connection.no_answer"));
    } finally {
      setAsking(false);
    }
  };
  const waits = asking || worker === "busy" || worker === "starting";
  return (
    <button
      type="button"
      className={className}
      disabled={waits}
      title={worker === "busy" ? t("system.busy") : undefined}
      onClick={() => void restart()}
    >
      <RotateCw size={14} aria-hidden /> {t("system.restart")}
    </button>
  );
}
