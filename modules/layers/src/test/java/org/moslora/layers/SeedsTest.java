package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Seeds are SplitMix64's numbers, on which plans and dropout masks of runs that are resumed depend. */
class SeedsTest {
    @Test
    void theyAreSplitMix64s() {
        assertThat(Seeds.next(0)).isEqualTo(0xE220A8397B1DCDAFL);
        assertThat(Seeds.next(0x9E3779B97F4A7C15L)).isEqualTo(0x6E789E6AA1B965F4L);
    }

    @Test
    void aBlocksSeedHasRoomForItsSites() {
        assertThat(Seeds.mix(0, 0)).isEqualTo((0xE220A8397B1DCDAFL >>> 2) / 64 * 64);
        assertThat(Seeds.mix(0, 1)).isEqualTo((0x6E789E6AA1B965F4L >>> 2) / 64 * 64);
    }
}
