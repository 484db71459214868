package org.moslora.diffusion.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every scheduler against diffusers 0.42.1, step by step. The stand-in for the model answers sin(1.7·x + 0.003·t + i)
 * for entry i; the noise of draw k is cos(3·k + i).
 */
class TrajectoriesTest {
    private static final double TOLERANCE = 1e-5;

    private double scale = 1;

    static List<String> cases() throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(TrajectoriesTest.class.getResourceAsStream("trajectories.jsonl")),
                StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsDiffusers(String line) {
        JsonObject row = JsonParser.parseString(line).getAsJsonObject();
        Trajectory trajectory = plan(row);
        scale = largest(row);
        float[] start = floats(row.getAsJsonArray("start"));
        checkStart(row, trajectory, start);

        PlainSampler sampler = new PlainSampler(trajectory, start);
        JsonArray path = row.getAsJsonArray("path");
        JsonArray timesteps = row.getAsJsonArray("timesteps");
        assertThat(trajectory.steps()).hasSize(timesteps.size());
        int draws = 0;
        for (int i = 0; !sampler.done(); i++) {
            double timestep = sampler.step().timestep();
            assertClose(timestep, timesteps.get(i).getAsDouble(), "timestep " + i);
            if (sampler.step().noise() != 0) {
                draws++;
            }
            sampler.take(answer(sampler.input(), timestep), noise(draws));
            float[] expected = floats(path.get(i).getAsJsonArray());
            for (int k = 0; k < expected.length; k++) {
                assertClose(sampler.sample()[k], expected[k], "entry " + k + " after step " + i);
            }
        }
        float[] end = floats(row.getAsJsonArray("end"));
        for (int k = 0; k < end.length; k++) {
            assertClose(sampler.sample()[k], end[k], "entry " + k + " at the end");
        }
    }

    private static Trajectory plan(JsonObject row) {
        SchedulerConfig config = SchedulerConfig.parse("test", row.get("config").toString());
        JsonElement name = row.get("name");
        Scheduler scheduler = name.isJsonNull()
                ? config.scheduler()
                : config.scheduler(SchedulerName.named("test", name.getAsString()));
        int steps = row.get("steps").getAsInt();
        JsonElement strength = row.get("strength");
        return strength.isJsonNull() ? scheduler.plan(steps) : scheduler.plan(steps, strength.getAsDouble());
    }

    private void checkStart(JsonObject row, Trajectory trajectory, float[] start) {
        boolean image = !row.get("strength").isJsonNull();
        for (int i = 0; i < start.length; i++) {
            double noise = Math.sin(1.0 + 2 * i);
            double first = image
                    ? trajectory.fromImage().image() * Math.cos(0.5 + 1.3 * i)
                            + trajectory.fromImage().noise() * noise
                    : trajectory.fromNoise() * noise;
            assertClose(first, start[i], "entry " + i + " of the first sample");
        }
    }

    private static float[] answer(float[] input, double timestep) {
        float[] answer = new float[input.length];
        for (int i = 0; i < answer.length; i++) {
            answer[i] = (float) Math.sin(1.7 * input[i] + 0.003 * timestep + i);
        }
        return answer;
    }

    private static float[] noise(int draw) {
        float[] noise = new float[6];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) Math.cos(3.0 * draw + i);
        }
        return noise;
    }

    private static float[] floats(JsonArray array) {
        float[] floats = new float[array.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = array.get(i).getAsFloat();
        }
        return floats;
    }

    private void assertClose(double actual, double expected, String what) {
        double gap = Math.abs(actual - expected) / Math.max(scale, Math.abs(expected));
        assertThat(gap).as("%s: %s, expected %s", what, actual, expected).isLessThanOrEqualTo(TOLERANCE);
    }

    // Single precision loses as much as the largest sample on the way is large.
    private static double largest(JsonObject row) {
        double largest = 10;
        for (String name : List.of("start", "end")) {
            for (float value : floats(row.getAsJsonArray(name))) {
                largest = Math.max(largest, Math.abs(value));
            }
        }
        return largest / 10;
    }

    @Test
    void coversEveryScheduler() throws IOException {
        assertThat(cases()).hasSizeGreaterThan(250);
        for (String name : SchedulerName.spellingsOfNoise()) {
            assertThat(cases()).anyMatch(line -> line.contains("\"name\":\"" + name + "\""));
        }
    }
}
