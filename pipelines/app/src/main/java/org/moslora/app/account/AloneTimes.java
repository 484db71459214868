package org.moslora.app.account;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.OperationTrace;
import org.moslora.layers.Precision;
import org.moslora.layers.TracedOperation;

/**
 * How long operations take by themselves, in the fastest of the layouts that the library takes them in. What a trace does
 * not tell, a stride or whether attention is causal, is what comes nearest to the time that was seen.
 */
final class AloneTimes {
    private static final int RUNS = 4;
    private static final int TURNS = 3;

    private final int format;

    AloneTimes(Precision precision) {
        this.format = precision.scalarType();
    }

    /**
     * CPU seconds for one of a group; for what cannot be run alone what it took.
     *
     * @param cpuShare of the seconds of the group
     */
    double of(OperationGroup group, double cpuShare) {
        double seen = group.one() * cpuShare;
        return switch (group.kind()) {
            case CONVOLUTIONS -> convolution(group, seen);
            case ATTENTION -> attention(group, seen);
            case PRODUCTS, ADAPTERS -> product(group, seen);
            default -> seen;
        };
    }

    private double product(OperationGroup group, double seen) {
        List<List<Long>> shapes = group.shapes();
        int first = group.name().contains("add") ? 1 : 0;
        if (shapes.size() <= first + 1) {
            return seen;
        }
        List<Long> left = shapes.get(first);
        List<Long> right = shapes.get(first + 1);
        if (group.name().equals(TimeKind.ONEDNN)) {
            right = List.of(right.get(1), right.get(0));
        }
        return isProduct(left, right) ? product(left, right) : seen;
    }

    private double product(List<Long> left, List<Long> right) {
        double best = Double.POSITIVE_INFINITY;
        for (int layout = 0; layout < 4; layout++) {
            for (String operation : List.of("mm", TimeKind.ONEDNN)) {
                boolean onednn = operation.equals(TimeKind.ONEDNN);
                double one = timed(
                        operation,
                        "alone_product",
                        sides(left),
                        sides(right),
                        layout % 2 == 1,
                        layout / 2 == 1,
                        onednn,
                        format);
                best = Math.min(best, one);
            }
        }
        return best;
    }

    private static boolean isProduct(List<Long> left, List<Long> right) {
        int sides = left.size();
        return sides == right.size()
                && (sides == 2 || sides == 3)
                && left.get(sides - 1).equals(right.get(sides - 2));
    }

    private double convolution(OperationGroup group, double seen) {
        boolean back = group.name().endsWith("backward");
        if (!group.name().endsWith("conv2d") && !back) {
            return seen;
        }
        List<List<Long>> shapes = group.shapes();
        long kernel = shapes.get(back ? 2 : 1).get(3);
        List<Double> guesses = new ArrayList<>();
        for (long stride : kernel == 1 ? List.of(1L) : List.of(1L, 2L, kernel)) {
            long padding = stride == kernel ? 0 : kernel / 2;
            double plain = convolution(shapes, back, stride, padding, false);
            guesses.add(Math.min(plain, convolution(shapes, back, stride, padding, true)));
        }
        return nearest(guesses, seen);
    }

    private double convolution(List<List<Long>> shapes, boolean back, long stride, long padding, boolean last) {
        long[] first = sides(shapes.get(0));
        long[] second = sides(shapes.get(1));
        if (!back) {
            return timed("conv2d", "alone_convolution", first, second, stride, padding, last, format);
        }
        boolean fits = first[2] == (second[2] + 2 * padding - shapes.get(2).get(2)) / stride + 1;
        return fits
                ? timed(
                        "convolution_backward",
                        "alone_convolution_back",
                        first,
                        second,
                        sides(shapes.get(2)),
                        stride,
                        padding,
                        last,
                        format)
                : Double.POSITIVE_INFINITY;
    }

    private double attention(OperationGroup group, double seen) {
        boolean back = group.name().endsWith("backward");
        long[] q = sides(group.shapes().get(back ? 1 : 0));
        long[] k = sides(group.shapes().get(back ? 2 : 1));
        String kernel = back ? "alone_attention_back" : "alone_attention";
        String name = group.name().substring(group.name().indexOf("::") + 2);
        if (!name.startsWith(TimeKind.FLASH)) {
            return seen;
        }
        List<Double> guesses = new ArrayList<>();
        guesses.add(timed(name, kernel, q, k, false, Precision.FP32.scalarType()));
        if (q[2] == k[2]) {
            guesses.add(timed(name, kernel, q, k, true, Precision.FP32.scalarType()));
        }
        return nearest(guesses, seen);
    }

    private static double nearest(List<Double> guesses, double seen) {
        double best = Double.POSITIVE_INFINITY;
        for (double guess : guesses) {
            if (Math.abs(Math.log(guess / seen)) < Math.abs(Math.log(best / seen))) {
                best = guess;
            }
        }
        return Double.isInfinite(best) ? seen : best;
    }

    /**
     * What the operation takes whose name ends so, in CPU seconds: the least of a few turns of a few runs of a kernel;
     * without end where the kernel does not run it here.
     */
    private static double timed(String operation, String kernel, Object... arguments) {
        double least = Double.POSITIVE_INFINITY;
        for (int turn = 0; turn < TURNS; turn++) {
            least = Math.min(least, turn(operation, kernel, arguments));
        }
        return least;
    }

    private static double turn(String operation, String kernel, Object... arguments) {
        try (Arena arena = Arena.open(Compute.cpu())) {
            long cpu = StepMeter.cpu();
            long wall = System.nanoTime();
            OperationTrace.start();
            for (int run = 0; run < RUNS; run++) {
                try (Arena own = arena.child()) {
                    Kernels.get().call(own, kernel, arguments);
                }
            }
            double share = (double) (StepMeter.cpu() - cpu) / (System.nanoTime() - wall);
            List<Double> found = new ArrayList<>();
            OperationTrace.stop().forEach(one -> collect(one, operation, found));
            double all = found.stream().mapToDouble(Double::doubleValue).sum();
            return found.isEmpty() ? Double.POSITIVE_INFINITY : share * all / found.size();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static void collect(TracedOperation operation, String name, List<Double> into) {
        if (operation.name().endsWith(name)) {
            into.add(operation.seconds());
        } else {
            operation.within().forEach(one -> collect(one, name, into));
        }
    }

    private static long[] sides(List<Long> shape) {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }
}
