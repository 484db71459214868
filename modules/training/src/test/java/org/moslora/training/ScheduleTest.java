package org.moslora.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void everyScheduleRunsAsTransformersDoes() throws IOException {
        try (Reader json = new InputStreamReader(
                ScheduleTest.class.getResourceAsStream("schedules.json"), StandardCharsets.UTF_8)) {
            for (JsonElement element : JsonParser.parseReader(json).getAsJsonArray()) {
                JsonObject row = element.getAsJsonObject();
                Schedule schedule =
                        Schedule.valueOf(row.get("schedule").getAsString().toUpperCase(Locale.ROOT));
                int warmup = row.get("warmup").getAsInt();
                int steps = row.get("steps").getAsInt();
                JsonArray factors = row.getAsJsonArray("factors");
                assertThat(factors).hasSize(steps);
                for (int step = 0; step < steps; step++) {
                    assertThat(schedule.factor(step, warmup, steps))
                            .as("%s, step %d", row, step)
                            .isCloseTo(factors.get(step).getAsDouble(), within(1e-12));
                }
            }
        }
    }

    @Test
    void theStableOneStaysUntilItsLastThreeTenths() {
        Schedule stable = Schedule.WARMUP_STABLE_DECAY;
        assertThat(stable.factor(1, 2, 10)).isEqualTo(0.5);
        assertThat(stable.factor(2, 2, 10)).isEqualTo(1);
        assertThat(stable.factor(7, 2, 10)).isEqualTo(1);
        assertThat(stable.factor(8, 2, 10)).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(stable.factor(9, 2, 10)).isCloseTo(1 / 3.0, within(1e-12));
    }
}
