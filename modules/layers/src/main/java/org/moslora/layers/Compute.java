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
 */
public record Compute(Device device, Precision precision, long keptWeights) {
    /** With all weights on the device. */
    public Compute(Device device, Precision precision) {
        this(device, precision, Long.MAX_VALUE);
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
