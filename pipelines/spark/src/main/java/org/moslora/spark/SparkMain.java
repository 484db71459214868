package org.moslora.spark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.moslora.app.MosloraCli;
import org.moslora.app.SharedWork;
import org.moslora.console.progress.ErrorPrinter;
import org.moslora.layers.Engine;
import org.moslora.problems.InvalidInput;

/** The program for {@code spark-submit}: the same verbs, files and exit codes, on executors. */
public final class SparkMain {
    private static final List<String> VERBS = List.of("train", "generate", "evaluate", "compare");
    private static final String WORKERS = "--workers";
    private static final String THREADS = "--threads";

    private SparkMain() {}

    /** Runs a command line and ends the driver with its exit code. */
    public static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT);
        System.exit(run(List.of(arguments), Path.of("").toAbsolutePath()));
    }

    /** Runs a command line; its exit code. */
    static int run(List<String> arguments, Path workingFolder) {
        try {
            List<String> words = new ArrayList<>(arguments);
            mustBeShared(words);
            Integer workers = SharedWork.taken(words, WORKERS);
            SparkConf conf = new SparkConf();
            if (!words.isEmpty() && VERBS.contains(words.get(0))) {
                words = withThreads(SharedWork.absolute(words, workingFolder), conf);
            }
            try (Cluster cluster = new Cluster(conf, workers == null ? 0 : workers)) {
                SparkCrew crew = new SparkCrew(cluster, words, workingFolder);
                return MosloraCli.run(crew, words.toArray(new String[0]));
            }
        } catch (InvalidInput | ClusterFailure wrong) {
            return ErrorPrinter.tell(wrong, System.err, false).number();
        }
    }

    private static void mustBeShared(List<String> words) {
        if (!words.isEmpty() && !words.get(0).startsWith("-") && !VERBS.contains(words.get(0))) {
            throw new InvalidInput(
                    words.get(0), "is no work for several machines; on Spark there are " + String.join(", ", VERBS));
        }
    }

    /** Every executor gets the same number of threads, for sums in one order. */
    private static List<String> withThreads(List<String> words, SparkConf conf) {
        List<String> all = new ArrayList<>(words);
        boolean said = words.stream().anyMatch(word -> word.equals(THREADS) || word.startsWith(THREADS + "="));
        if (!said) {
            all.addAll(List.of(THREADS, conf.get("spark.executor.cores", Integer.toString(Engine.defaultThreads()))));
        }
        return all;
    }
}
