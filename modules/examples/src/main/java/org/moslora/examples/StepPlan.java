package org.moslora.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which rows make a step: a function of the seed and the step alone, so that a run can go on at any step, and several
 * machines can agree without talking. A step never crosses the end of an epoch; the last one takes the rows that are
 * left. Safe to use from several threads.
 */
public final class StepPlan {
    private final Order order;
    private final long seed;
    private final int rows;
    private final int batchSize;
    private final int accumulation;
    private final int[] lengths;
    /** The last epoch asked for; steps mostly come one after the other. */
    private volatile Epoch latest;

    private final int rank;
    private final int sharing;

    /**
     * A plan over rows 0 to {@code rows} − 1.
     *
     * @param batchSize rows of a micro-batch
     * @param accumulation micro-batches of a step
     * @param lengths tokens of each row, negative for rows without pictures; only
     *     {@link Order#MODALITY_LENGTH} looks at them, others take an empty array
     */
    public StepPlan(Order order, long seed, int rows, int batchSize, int accumulation, int[] lengths) {
        this(order, seed, rows, batchSize, accumulation, lengths, 0, 1);
    }

    private StepPlan(
            Order order, long seed, int rows, int batchSize, int accumulation, int[] lengths, int rank, int sharing) {
        if (rows < 1 || batchSize < 1 || accumulation < 1) {
            throw new IllegalArgumentException(rows + " rows, " + batchSize + " a batch, " + accumulation + " batches");
        }
        if (order == Order.MODALITY_LENGTH && lengths.length != rows) {
            throw new IllegalArgumentException(lengths.length + " lengths for " + rows + " rows");
        }
        this.order = order;
        this.seed = seed;
        this.rows = rows;
        this.batchSize = batchSize;
        this.accumulation = accumulation;
        this.lengths = lengths.clone();
        this.rank = rank;
        this.sharing = sharing;
        this.latest = new Epoch(0, arrange(0));
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Epoch(long number, int[] rows) {}

    /** The same steps as one of several sees them that share each: of its micro-batches, every {@code sharing}-th. */
    public StepPlan shared(int rank, int sharing) {
        return new StepPlan(order, seed, rows, batchSize, accumulation, lengths, rank, sharing);
    }

    /** How many steps an epoch has. */
    public int stepsPerEpoch() {
        long step = (long) batchSize * accumulation;
        return (int) ((rows + step - 1) / step);
    }

    /**
     * The micro-batches of a step, each a list of row numbers; none is empty, but where steps are shared there may be none.
     *
     * @param step from 0
     */
    public List<int[]> step(long step) {
        int[] epoch = epoch(step / stepsPerEpoch());
        long size = (long) batchSize * accumulation;
        int from = (int) (step % stepsPerEpoch() * size);
        int to = (int) Math.min(rows, from + size);
        List<int[]> batches = new ArrayList<>();
        for (int at = from + rank * batchSize; at < to; at += sharing * batchSize) {
            batches.add(Arrays.copyOfRange(epoch, at, Math.min(to, at + batchSize)));
        }
        return batches;
    }

    private int[] epoch(long number) {
        Epoch known = latest;
        if (known.number() != number) {
            known = new Epoch(number, arrange(number));
            latest = known;
        }
        return known.rows();
    }

    private int[] arrange(long epoch) {
        int[] all = IntStream.range(0, rows).toArray();
        return switch (order) {
            case SEQUENTIAL -> all;
            case SHUFFLED -> new Shuffle(seed, epoch).of(all);
            case MODALITY_LENGTH -> LengthGroups.arrange(lengths, batchSize, accumulation, new Shuffle(seed, epoch));
        };
    }
}
