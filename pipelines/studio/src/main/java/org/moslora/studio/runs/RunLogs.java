package org.moslora.studio.runs;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The logs that were looked at last, so that a page that grows reads only what is new. */
final class RunLogs {
    private static final int MOST = 16;

    private final Map<Path, RunLog> logs = new LinkedHashMap<>(MOST, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, RunLog> eldest) {
            return size() > MOST;
        }
    };

    /** A log, read as far as it is written. */
    RunLog of(Path file) {
        RunLog log;
        synchronized (logs) {
            log = logs.computeIfAbsent(file, RunLog::new);
        }
        return log.refreshed();
    }
}
