package org.moslora.layers;

import ai.djl.Device;

/**
 * Where and in which format a model computes.
 *
 * @param device the device that holds the weights and runs the kernels
 * @param precision the format of weights and activations
 * @param keptWeights bytes of a model's frozen weights that stay on the device in its format between two blocks; those
 *     beyond are offloaded: they stay in their mapped files, and are brought to the block that runs. Weights that files
 *     hold in this format are read where they are mapped, on the CPU, and do not count
 * @param trains whether models are made to be trained: then products of many rows may be computed by whichever library is
 *     quickest on this processor, though a row's last bits hang together with how many rows there are. Answers and
 *     pictures are the same in every batch
 */
public record Compute(Device device, Precision precision, long keptWeights, boolean trains) {
    /** With all weights on the device, for what a model says or paints. */
    public Compute(Device device, Precision precision) {
        this(device, precision, Long.MAX_VALUE);
    }

    /** With so many bytes of weights on the device, for what a model says or paints. */
    public Compute(Device device, Precision precision, long keptWeights) {
        this(device, precision, keptWeights, false);
    }

    /** The same, for models that are made to be trained. */
    public Compute training() {
        return new Compute(device, precision, keptWeights, true);
    }

    /** fp32 on the CPU. */
    public static Compute cpu() {
        return new Compute(Device.cpu(), Precision.FP32);
    }

    /** The device as libtorch spells it: {@code cpu}, {@code cuda:0}. */
    public String deviceName() {
        return name(device);
    }

    static String name(Device device) {
        return device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
    }
}
