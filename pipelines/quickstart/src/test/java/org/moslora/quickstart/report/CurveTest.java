package org.moslora.quickstart.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.console.html.Html;

/** Curves and figures of the report: places on the paper follow from the losses, in the digits of no country. */
class CurveTest {
    private static final Pattern LINE = Pattern.compile("class=\"(each|smooth)\" points=\"([^\"]*)\"");
    private static final Pattern MARK = Pattern.compile("<text x=\"36\" y=\"([^\"]*)\" text-anchor=\"end\">([^<]*)<");

    private static String drawn(Double... losses) {
        Html html = new Html();
        Curve.add(html, List.of(losses), "Loss & more");
        return html.fragment();
    }

    private static List<double[]> line(String drawn, String which) {
        Matcher matcher = LINE.matcher(drawn);
        while (matcher.find()) {
            if (matcher.group(1).equals(which)) {
                List<double[]> points = new ArrayList<>();
                for (String point : matcher.group(2).split(" ")) {
                    String[] parts = point.split(",");
                    points.add(new double[] {Double.parseDouble(parts[0]), Double.parseDouble(parts[1])});
                }
                return points;
            }
        }
        throw new AssertionError("no line " + which);
    }

    /** Where the marks at the side say that a loss is. */
    private static double height(String drawn, double loss) {
        Matcher matcher = MARK.matcher(drawn);
        List<double[]> marks = new ArrayList<>();
        while (matcher.find()) {
            marks.add(new double[] {Double.parseDouble(matcher.group(2)), Double.parseDouble(matcher.group(1)) - 4});
        }
        double[] first = marks.get(0);
        double[] last = marks.get(marks.size() - 1);
        return first[1] + (last[1] - first[1]) * (loss - first[0]) / (last[0] - first[0]);
    }

    @Test
    void everyLossStandsWhereTheMarksSayThatItIs() {
        Double[] losses = {3.0, 1.5, 0.25, 0.0};
        String drawn = drawn(losses);
        List<double[]> points = line(drawn, "each");
        for (int i = 0; i < losses.length; i++) {
            assertThat(points.get(i)[1]).isCloseTo(height(drawn, losses[i]), within(0.11));
        }
        double step = points.get(1)[0] - points.get(0)[0];
        assertThat(points.get(3)[0] - points.get(2)[0]).isCloseTo(step, within(0.11));
    }

    /** By hand: (0.1·2·0.9 + 0.1·1) / (0.1·0.9 + 0.1). */
    @Test
    void theSmoothLineBeginsWithTheFirstLossAndForgetsItSlowly() {
        String drawn = drawn(2.0, 1.0);
        List<double[]> points = line(drawn, "smooth");
        assertThat(points.get(0)[1]).isCloseTo(height(drawn, 2), within(0.11));
        assertThat(points.get(1)[1]).isCloseTo(height(drawn, 0.28 / 0.19), within(0.11));
    }

    @Test
    void lossesThatDoNotChangeAreSmoothedToThemselves() {
        String drawn = drawn(Collections.nCopies(30, 0.7).toArray(Double[]::new));
        assertThat(line(drawn, "smooth"))
                .allSatisfy(point -> assertThat(point[1]).isCloseTo(height(drawn, 0.7), within(0.11)));
    }

    @ParameterizedTest
    @CsvSource({
        "0.93, 1",
        "1.01, 2",
        "3.5, 4",
        "4.2, 6",
        "6.1, 8",
        "8.7, 10",
        "0.031, 0.0400",
        "230, 400",
        "1e-7, 1.00e-07"
    })
    void theTopIsARoundNumberAboveEveryLoss(double loss, String top) {
        Matcher matcher = MARK.matcher(drawn(loss, loss / 2));
        String last = "";
        while (matcher.find()) {
            last = matcher.group(2);
        }
        assertThat(Double.parseDouble(last)).isGreaterThanOrEqualTo(loss).isEqualTo(Double.parseDouble(top));
    }

    @Test
    void oneLossOrNoneOrNothingButZerosIsDrawnToo() {
        assertThat(line(drawn(0.5), "each")).hasSize(1);
        assertThat(drawn()).contains("points=\"\"").contains("step 0");
        assertThat(line(drawn(0.0, 0.0), "each"))
                .allSatisfy(point -> assertThat(point[1]).isBetween(0.0, 200.0));
    }

    @Test
    void theDrawingIsSpokenOf() {
        assertThat(drawn(1.0, 2.0))
                .contains("role=\"img\"", "aria-label=\"Loss &amp; more\"", "<figcaption>Loss &amp; more</figcaption>");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "4.24    | 4.2 s",
                "9.96 | 10.0 s",
                "42.4 | 42 s",
                "59.6 | 1 min 0 s",
                "200 | 3 min 20 s",
                "3599.7 | 60 min 0 s"
            })
    void secondsAreTold(double seconds, String told) {
        assertThat(ReportNumbers.time(seconds)).isEqualTo(told);
    }

    @Test
    void numbersHaveTheSameDigitsInEveryCountry() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(ReportNumbers.count(1_234_567)).isEqualTo("1,234,567");
            assertThat(ReportNumbers.percent(0.9345)).matches("93\\.[45] %");
            assertThat(ReportNumbers.millions(158_000)).isEqualTo("0.16 M");
            assertThat(ReportNumbers.millions(6_512_000)).isEqualTo("6.5 M");
            assertThat(drawn(1.5, 0.5)).matches("(?s)\\p{ASCII}*");
        } finally {
            Locale.setDefault(before);
        }
    }
}
