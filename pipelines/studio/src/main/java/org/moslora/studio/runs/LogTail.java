package org.moslora.studio.runs;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The end of what a process said, as far as it is its own. */
public final class LogTail {
    /** What a line begins with that tells which command follows. */
    public static final String COMMAND = "$ ";

    private static final int BYTES = 1 << 15;

    private LogTail() {}

    /** The last lines of a log; from the last command on, without it. */
    static List<String> of(Path log) {
        List<String> lines = all(log);
        for (int i = lines.size() - 1; i >= 0; i--) {
            if (lines.get(i).startsWith(COMMAND)) {
                return lines.subList(i + 1, lines.size());
            }
        }
        return lines;
    }

    /** The last lines of a log. */
    public static List<String> all(Path log) {
        try (FileChannel channel = FileChannel.open(log)) {
            long from = Math.max(0, channel.size() - BYTES);
            byte[] bytes = Channels.newInputStream(channel.position(from)).readNBytes(BYTES);
            String text = new String(bytes, StandardCharsets.UTF_8);
            List<String> lines = new ArrayList<>(text.lines().toList());
            if (from > 0 && !lines.isEmpty()) {
                lines.remove(0);
            }
            return lines;
        } catch (IOException absent) {
            return List.of();
        }
    }
}
