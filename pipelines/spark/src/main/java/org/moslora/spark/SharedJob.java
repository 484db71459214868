package org.moslora.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import org.moslora.tensors.DurableFiles;
import org.moslora.training.team.WorkerReport;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/** Work in units that do not depend on each other: a task a unit, whose result the driver gets as it ends. */
final class SharedJob {
    private static final int AT_A_TIME = 8192;

    private final JavaSparkContext context;

    SharedJob(Cluster cluster) {
        this.context = cluster.context();
    }

    /**
     * What came of a unit: its result, or what failed by itself, which comes back as a value so that Spark does not try
     * it again.
     */
    private record Outcome<R>(@Nullable R result, @Nullable String report) implements Serializable {
        private static final long serialVersionUID = 1;
    }

    /**
     * Has all units done.
     *
     * @param done takes the number of a unit and its result, one at a time
     * @throws RuntimeException what a unit failed by, as it would have come in one process
     */
    <T, R> void run(List<? extends T> units, ElementTask<T, R> task, BiConsumer<Integer, R> done) {
        // Spark keeps notes of every task of a job, so what is endless goes in parts.
        for (int from = 0; from < units.size(); from += AT_A_TIME) {
            int first = from;
            job(
                    units.subList(from, Math.min(units.size(), from + AT_A_TIME)),
                    task,
                    (index, result) -> done.accept(first + index, result));
        }
    }

    private <T, R> void job(List<? extends T> units, ElementTask<T, R> task, BiConsumer<Integer, R> done) {
        String group = UUID.randomUUID().toString();
        Handling<R> handling = new Handling<>(done, () -> context.sc().cancelJobGroup(group));
        context.setJobGroup(group, "moslora");
        List<T> all = new ArrayList<>(units);
        try {
            context.sc()
                    .runJob(
                            context.parallelize(all, all.size()).rdd(),
                            new First<>(task),
                            handling,
                            ClassTag$.MODULE$.<Outcome<R>>apply(Outcome.class));
        } catch (Exception failure) {
            handling.mustBeWell();
            throw new ClusterFailure("Spark gave up: " + failure.getMessage(), failure);
        } finally {
            context.clearJobGroup();
        }
        handling.mustBeWell();
    }

    /** Does the task for the one element of a partition. */
    private static final class First<T, R> extends AbstractFunction1<Iterator<T>, Outcome<R>> implements Serializable {
        private static final long serialVersionUID = 1;

        private final ElementTask<T, R> task;

        First(ElementTask<T, R> task) {
            this.task = task;
        }

        @Override
        public Outcome<R> apply(Iterator<T> elements) {
            T element = elements.next();
            return Executor.during(() -> outcome(element));
        }

        private Outcome<R> outcome(T element) {
            List<R> result = new ArrayList<>();
            try {
                // Another executor may do the same, where this one was taken for lost.
                int attempt = (int) (TaskContext.get().taskAttemptId() & Integer.MAX_VALUE);
                DurableFiles.numbered(attempt, () -> result.add(task.of(element)));
                return new Outcome<>(result.get(0), null);
            } catch (RuntimeException | Error failure) {
                return new Outcome<>(null, WorkerReport.of(failure).json());
            }
        }
    }

    /** Hands results on, in the driver. */
    private static final class Handling<R> extends AbstractFunction2<Object, Outcome<R>, BoxedUnit> {
        private final BiConsumer<Integer, R> done;
        private final Runnable cancelling;
        private volatile @Nullable RuntimeException failure;

        Handling(BiConsumer<Integer, R> done, Runnable cancelling) {
            this.done = done;
            this.cancelling = cancelling;
        }

        @Override
        public synchronized BoxedUnit apply(Object index, Outcome<R> outcome) {
            if (failure == null) {
                try {
                    take((Integer) index, outcome);
                } catch (RuntimeException first) {
                    failure = first;
                    cancelling.run();
                }
            }
            return BoxedUnit.UNIT;
        }

        private void take(int index, Outcome<R> outcome) {
            R result = outcome.result();
            if (result == null) {
                throw WorkerReport.parse(String.valueOf(outcome.report())).raised();
            }
            done.accept(index, result);
        }

        void mustBeWell() {
            RuntimeException first = failure;
            if (first != null) {
                throw first;
            }
        }
    }
}
