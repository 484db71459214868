package org.moslora.tensors.out;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who holds a lock, in words that whoever does not get it is told. */
final class Holder {
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
    private static final Path HOST = Path.of("/proc/sys/kernel/hostname");
    private static final int LONGEST = 300;
    private static final AtomicLong NUMBER = new AtomicLong();
    private static final Pattern SAID = Pattern.compile("process (\\d{1,18})( on \\S+)?, since ");

    private Holder() {}

    /** This process; no two calls give the same text. */
    static String current() {
        return "process " + ProcessHandle.current().pid() + host() + ", since "
                + LocalDateTime.now(ZoneId.systemDefault()).format(SECONDS) + command()
                + " ".repeat(1 + (int) (NUMBER.getAndIncrement() % 64))
                + "\n";
    }

    /** The process that a lock's text names, if it is one of this machine and lives. */
    static Optional<ProcessHandle> living(String text) {
        Matcher said = SAID.matcher(text);
        if (!said.lookingAt() || !host().equals(said.group(2) == null ? "" : said.group(2))) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(said.group(1))).filter(ProcessHandle::isAlive);
    }

    private static String host() {
        try {
            return " on " + Files.readString(HOST).strip();
        } catch (IOException unknown) {
            String named = System.getenv("HOSTNAME");
            return named == null ? "" : " on " + named;
        }
    }

    /** What the process was started with, without what Java itself was told. */
    private static String command() {
        String started = System.getProperty("sun.java.command", "");
        int words = started.indexOf(' ');
        if (words < 0) {
            return "";
        }
        String given = started.substring(words + 1).replaceAll("\\p{Cntrl}", " ");
        return " (" + (given.length() > LONGEST ? given.substring(0, LONGEST) + "…" : given) + ")";
    }
}
