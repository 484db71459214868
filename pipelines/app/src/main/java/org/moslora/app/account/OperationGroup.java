package org.moslora.app.account;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moslora.layers.TracedOperation;

/**
 * Operations of one name on one list of shapes.
 *
 * @param kind of their time
 * @param name of libtorch's
 * @param shapes of what they were given
 * @param durations of each, in seconds
 */
record OperationGroup(TimeKind kind, String name, List<List<Long>> shapes, List<Double> durations) {
    private record Key(String name, List<List<Long>> shapes, TimeKind kind) {}

    /** All that ran, each operation with the time that was its own. */
    static List<OperationGroup> of(List<TracedOperation> traced, long rank) {
        Map<Key, List<Double>> found = new LinkedHashMap<>();
        traced.forEach(operation -> take(operation, rank, found));
        return found.entrySet().stream()
                .map(one -> new OperationGroup(
                        one.getKey().kind(), one.getKey().name(), one.getKey().shapes(), one.getValue()))
                .toList();
    }

    private static void take(TracedOperation operation, long rank, Map<Key, List<Double>> into) {
        TimeKind kind = TimeKind.of(operation, rank);
        double seconds = kind.isWhole() ? operation.seconds() : operation.own();
        into.computeIfAbsent(new Key(operation.name(), TimeKind.arguments(operation), kind), key -> new ArrayList<>())
                .add(seconds);
        if (!kind.isWhole()) {
            operation.within().forEach(one -> take(one, rank, into));
        }
    }

    /** One of them, on average. */
    double one() {
        return all() / durations.size();
    }

    /** All of them. */
    double all() {
        return durations.stream().mapToDouble(Double::doubleValue).sum();
    }
}
