package org.moslora.spark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/** The executors that a command may use, connected when the first work for them is there. */
final class Cluster implements AutoCloseable {
    private static final int MASTER_MILLIS = 5000;
    private static final long PATIENCE_NANOS = 120_000_000_000L;
    /** While executors still come, as they do one by one on busy machines, so long after the last. */
    private static final long MORE_NANOS = 60_000_000_000L;

    private static final long QUIET_NANOS = 3_000_000_000L;
    private static final String CORES = "spark.executor.cores";

    private final SparkConf conf;
    private final int workers;
    private @Nullable JavaSparkContext context;

    /** @param workers how many executors are wanted; 0 for those that are there */
    Cluster(SparkConf conf, int workers) {
        this.conf = conf;
        this.workers = workers;
    }

    /** How many executors are wanted; 0 for those that are there. */
    int workers() {
        return workers;
    }

    /** Whether all tasks run in this process. */
    boolean isLocal() {
        return conf.get("spark.master", "").matches("local(\\[.*])?");
    }

    /** Whether what travels between executors outside of Spark ought to be encrypted, and is not. */
    boolean isEncrypted() {
        return conf.getBoolean("spark.network.crypto.enabled", false)
                || conf.getBoolean("spark.ssl.rpc.enabled", false);
    }

    /** Refuses executors that come and go: all members of a team are there from the beginning to the end. */
    void mustStay() {
        if (conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
            throw new ClusterFailure("spark.dynamicAllocation.enabled is true, but train needs its "
                    + (workers == 0 ? "" : workers + " ")
                    + "executors from the first step to the last; set it to false");
        }
    }

    /** Spark itself. */
    JavaSparkContext context() {
        JavaSparkContext present = context;
        if (present == null) {
            mustAnswer();
            oneTaskEach();
            conf.setIfMissing("spark.app.name", "moslora");
            conf.set("spark.ui.showConsoleProgress", "false");
            present = new JavaSparkContext(conf);
            context = present;
        }
        return present;
    }

    /** An executor does one thing at a time with all its cores: engine and default generator are one a process. */
    private void oneTaskEach() {
        if (!isLocal()) {
            String cores = conf.get(CORES, "1");
            conf.set(CORES, cores);
            conf.set("spark.task.cpus", cores);
            // A team begins anew as soon as there are executors again; by default Spark looks every 15 seconds.
            conf.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s");
            conf.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures", "120");
        }
    }

    /** Spark itself would try for minutes. */
    private void mustAnswer() {
        String master = conf.get("spark.master", "");
        if (master.isEmpty()) {
            throw new ClusterFailure("there is no spark.master; start this with spark-submit --master URL");
        }
        if (!master.startsWith("spark://")) {
            return;
        }
        for (String one : master.substring("spark://".length()).split(",")) {
            if (answers(one)) {
                return;
            }
        }
        throw new ClusterFailure("no master answers at " + master + "; is it started, and is this its URL?");
    }

    private static boolean answers(String place) {
        try (Socket socket = new Socket()) {
            URI parsed = URI.create("spark://" + place);
            socket.connect(new InetSocketAddress(parsed.getHost(), parsed.getPort()), MASTER_MILLIS);
            return true;
        } catch (IOException | IllegalArgumentException silent) {
            return false;
        }
    }

    /**
     * Waits for executors.
     *
     * @param wanted so many; 0 for as many as come, at least one
     * @return how many there are to use
     */
    int await(int wanted) {
        mustRun();
        if (isLocal()) {
            return Math.max(1, wanted);
        }
        long start = System.nanoTime();
        long changed = start;
        long came = start;
        int last = 0;
        int most = 0;
        while (true) {
            mustRun();
            int now = executors();
            if (wanted > 0 && now >= wanted) {
                return wanted;
            }
            long here = System.nanoTime();
            changed = now == last ? changed : here;
            came = now > most ? here : came; // those that come and go again give no reason to wait
            last = now;
            most = Math.max(most, now);
            if (wanted == 0 && now > 0 && here - changed > QUIET_NANOS) {
                return now;
            }
            if (here - start > PATIENCE_NANOS && here - came > MORE_NANOS) {
                throw tooFew(now, wanted, here - start);
            }
            pause();
        }
    }

    private ClusterFailure tooFew(int found, int wanted, long nanos) {
        return new ClusterFailure("the cluster gave " + found + " executors within " + nanos / 1_000_000_000L
                + " seconds, but " + Math.max(1, wanted) + " are needed; has it room for more of "
                + conf.get(CORES, "1") + " cores and " + conf.get("spark.executor.memory", "1g") + " each?");
    }

    /** A master that has given up an application ends it from its side. */
    private void mustRun() {
        if (context().sc().isStopped()) {
            throw new ClusterFailure("the cluster at " + conf.get("spark.master", "")
                    + " has ended this application; its master's log says why");
        }
    }

    /** The driver's own block manager counts as one. */
    private int executors() {
        return context().sc().getExecutorMemoryStatus().size() - 1;
    }

    private static void pause() {
        try {
            Thread.sleep(200);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ClusterFailure("interrupted while waiting for executors", interrupted);
        }
    }

    @Override
    public void close() {
        if (context != null) {
            context.close();
        }
    }
}
