package org.moslora.layers;

import ai.djl.Device;

/**
 * Where and in which format a model computes.
 *
 * @param device the device that holds the weights and runs the kernels
 * @param precision the format of weights and activations
 */
public record Compute(Device device, Precision precision) {
    /** fp32 on the CPU. */
    public static Compute cpu() {
        return new Compute(Device.cpu(), Precision.FP32);
    }

    /** The device as libtorch spells it: {@code cpu}, {@code cuda:0}. */
    public String deviceName() {
        return device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
    }
}
