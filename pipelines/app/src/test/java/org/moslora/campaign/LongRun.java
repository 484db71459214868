package org.moslora.campaign;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.moslora.app.MosloraCli;

/** Runs a command line that makes many pictures, and prints what it held after a quarter of them and at the end. */
final class LongRun {
    private static final String ARRAY = "ai.djl.pytorch.engine.PtNDArray";

    private static volatile long early;
    private static volatile long earlyArrays;
    private static volatile long late;
    private static volatile long lateArrays;

    private LongRun() {}

    public static void main(String[] words) throws Exception {
        List<String> all = List.of(words);
        Path out = Path.of(all.get(all.indexOf("--out") + 1));
        long count;
        try (Stream<String> rows = Files.lines(Path.of(all.get(all.indexOf("--prompts") + 1)))) {
            count = rows.count();
        }
        Thread watching = new Thread(() -> watch(out, count));
        watching.setDaemon(true);
        watching.start();
        int code = MosloraCli.run(words);
        watching.interrupt();
        watching.join();
        JsonObject measured = new JsonObject();
        measured.addProperty("early", early);
        measured.addProperty("late", late);
        measured.addProperty("earlyArrays", earlyArrays);
        measured.addProperty("lateArrays", lateArrays);
        System.out.println();
        System.out.println(measured);
        System.out.flush();
        Runtime.getRuntime().halt(code);
    }

    /** Looks at the memory while pictures are made, as a service has it, not when all is closed again. */
    private static void watch(Path out, long count) {
        try {
            while (true) {
                Thread.sleep(50);
                long made = made(out);
                if (early == 0 && made >= count / 4) {
                    earlyArrays = arrays();
                    early = Memory.resident();
                } else if (early > 0 && made >= count * 9 / 10 && late == 0) {
                    lateArrays = arrays();
                    late = Memory.resident();
                }
            }
        } catch (InterruptedException done) {
            // Small numbers may be over before they are looked at.
            late = late == 0 ? Memory.resident() : late;
            early = early == 0 ? late : early;
        }
    }

    private static long made(Path out) {
        try (Stream<Path> files = Files.list(out)) {
            return files.count();
        } catch (IOException notYet) {
            return 0;
        }
    }

    /** How many arrays of libtorch are reachable, after a collection. */
    private static long arrays() {
        try {
            Object histogram = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
            return histogram
                    .toString()
                    .lines()
                    .map(line -> line.trim().split("\\s+"))
                    .filter(fields -> fields.length > 3 && fields[3].equals(ARRAY))
                    .mapToLong(fields -> Long.parseLong(fields[1]))
                    .sum();
        } catch (JMException none) {
            return 0;
        }
    }
}
