package org.moslora.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
    private final WeightedRows weighted;
    private final int rank;
    private final int sharing;
    /** The last epoch asked for; steps mostly come one after the other. */
    private volatile Epoch latest;

    /**
     * A plan over rows 0 to {@code rows} − 1.
     *
     * @param batchSize rows of a micro-batch
     * @param accumulation micro-batches of a step
     * @param lengths tokens of each row, negative for rows without pictures; only
     *     {@link Order#MODALITY_LENGTH} looks at them, others take an empty array
     */
    public StepPlan(Order order, long seed, int rows, int batchSize, int accumulation, int[] lengths) {
        this(order, seed, rows, batchSize, accumulation, lengths, new double[0]);
    }

    /**
     * The same where some rows come more often than others.
     *
     * @param weights how often each row comes in an epoch, which may be a fraction; an empty array where all come once
     */
    public StepPlan(
            Order order, long seed, int rows, int batchSize, int accumulation, int[] lengths, double[] weights) {
        if (rows < 1 || batchSize < 1 || accumulation < 1) {
            throw new IllegalArgumentException(rows + " rows, " + batchSize + " a batch, " + accumulation + " batches");
        }
        if (order == Order.MODALITY_LENGTH && lengths.length != rows) {
            throw new IllegalArgumentException(lengths.length + " lengths for " + rows + " rows");
        }
        this.order = order;
        this.seed = seed;
        this.weighted = new WeightedRows(seed, rows, weights);
        this.rows = weighted.count();
        this.batchSize = batchSize;
        this.accumulation = accumulation;
        this.lengths = lengths.clone();
        this.rank = 0;
        this.sharing = 1;
        this.latest = new Epoch(0, arrange(0));
    }

    private StepPlan(StepPlan whole, int rank, int sharing) {
        this.order = whole.order;
        this.seed = whole.seed;
        this.rows = whole.rows;
        this.batchSize = whole.batchSize;
        this.accumulation = whole.accumulation;
        this.lengths = whole.lengths;
        this.weighted = whole.weighted;
        this.rank = rank;
        this.sharing = sharing;
        this.latest = whole.latest;
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Epoch(long number, int[] rows) {}

    /** The same steps as one of several sees them that share each: of its micro-batches, every {@code sharing}-th. */
    public StepPlan shared(int rank, int sharing) {
        return new StepPlan(this, rank, sharing);
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
        int[] all = weighted.of(epoch);
        return switch (order) {
            case SEQUENTIAL -> all;
            case SHUFFLED -> new Shuffle(seed, epoch).of(all);
            case MODALITY_LENGTH -> {
                int[] each = Arrays.stream(all).map(row -> lengths[row]).toArray();
                int[] places = LengthGroups.arrange(each, batchSize, accumulation, new Shuffle(seed, epoch));
                yield Arrays.stream(places).map(place -> all[place]).toArray();
            }
        };
    }
}
