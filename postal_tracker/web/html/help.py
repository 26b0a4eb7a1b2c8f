"""How each task at the desk is done, in steps; the pictures beside them are taken by a script.

`make pictures` takes a picture of each task's page, in both languages, from a rehearsal centre.
"""

from collections.abc import Mapping
from typing import NamedTuple

from postal_tracker.access import Role
from postal_tracker.core.bilingual_terms import Pair


class Task(NamedTuple):
    """What somebody wants to do, where, and how."""

    title: Pair
    page: str
    """Where it is done, or begins."""
    steps: tuple[Pair, ...]
    follow: tuple[str, ...] = ()
    """The links to follow from there to what its picture shows, each by a selector."""
    also: tuple[Role, ...] = ()
    """Who may open the page, beside clerks."""


_A_DOSSIER = "tbody a.code"

TASKS: Mapping[str, Task] = {
    "intake": Task(
        ("Tiếp nhận hồ sơ và in giấy hẹn", "Take a dossier in and print the receipt"),
        "/desk/dossiers/new",
        (
            (
                "Mở “Tiếp nhận”. Chọn thủ tục trước: ngày hẹn trả và các giấy tờ phải nộp theo "
                "thủ tục đó.",
                "Open “Receive”. Choose the procedure first: the due date and the papers to be "
                "handed in follow from it.",
            ),
            (
                "Nhập họ tên và số điện thoại. 4 số cuối của số điện thoại là thứ người dân dùng "
                "để tra cứu.",
                "Enter name and telephone. Its last four digits are what the citizen looks the "
                "dossier up with.",
            ),
            (
                "Nếu kết quả được gửi về nhà, đánh dấu vào ô đó và ghi địa chỉ.",
                "Where the result is to be posted home, tick that box and enter the address.",
            ),
            (
                "Nếu hệ thống báo hồ sơ có thể trùng, kiểm tra hồ sơ đã có trước khi tiếp nhận.",
                "If a possible double is named, look at the dossier that is there before you go "
                "on.",
            ),
            (
                "In giấy tiếp nhận và hẹn trả, ký, giao liên 2 cho người nộp. Mã QR trên giấy mở "
                "trang tra cứu của chính hồ sơ đó.",
                "Print the receipt, sign it, give the second copy to the applicant. Its QR code "
                "opens the page of this very dossier.",
            ),
        ),
    ),
    "seal": Task(
        ("Đóng bưu gửi và in nhãn", "Seal parcels and print labels"),
        "/desk/station/seal",
        (
            (
                "Mở “Bàn quét”, mục “Đóng bưu gửi”. Chọn đơn vị bưu chính và nơi gửi đến.",
                "Open “Scan station”, “Seal parcels”. Choose the carrier and where it goes.",
            ),
            (
                "Quét các hồ sơ của một bưu gửi, rồi quét nhãn bưu gửi in sẵn: nhãn đóng bưu gửi.",
                "Scan the dossiers of one parcel, then its preprinted label: the label closes it.",
            ),
            (
                "Không có nhãn in sẵn: mở “Bưu gửi”, “Tạo bưu gửi”, quét các hồ sơ và để trống số "
                "hiệu. Hệ thống cấp số hiệu kế tiếp trong dải của trung tâm.",
                "Without preprinted labels: open “Parcels”, “New parcel”, scan the dossiers and "
                "leave the number empty. The next number of the centre's range is taken.",
            ),
            (
                "Mở “In nhãn”, chọn khổ giấy, in. Tờ nhãn đã dùng một phần: nhập số nhãn đã bóc.",
                "Open “Print labels”, choose the paper, print. Of a sheet that is partly used, "
                "enter how many labels are gone.",
            ),
        ),
    ),
    "handover": Task(
        ("Bàn giao cho bưu tá", "Hand parcels to the courier"),
        "/desk/station/handover",
        (
            (
                "Mở “Bàn quét”, mục “Bàn giao”. Quét từng bưu gửi đang nằm trên bàn.",
                "Open “Scan station”, “Handover”. Scan each parcel that lies on the table.",
            ),
            (
                "Bấm “Đối chiếu”: bưu gửi thiếu và bưu gửi thừa được nêu rõ. Quét thêm hoặc bỏ ra.",
                "Press “Compare”: what is missing and what is too many is named. Scan the rest, "
                "or put it aside.",
            ),
            (
                "Lập bảng kê, in hai bản, bưu tá ký cả hai. Ghi tên người ký vào trang bảng kê.",
                "Make the list, print it twice, have the courier sign both. Enter who signed on "
                "the list's page.",
            ),
            (
                "Bảng kê cho biết bưu chính đã xác nhận từng bưu gửi hay chưa.",
                "The list shows for each parcel whether the carrier has accepted it.",
            ),
        ),
    ),
    "receive": Task(
        ("Nhận lại kết quả do bưu chính trả", "Receive what the post brings back"),
        "/desk/station/receive",
        (
            (
                "Mở “Bàn quét”, mục “Nhận lại”. Quét từng bưu gửi; mỗi mã được ghi nhận ngay.",
                "Open “Scan station”, “Receive back”. Scan each parcel; each is recorded at once.",
            ),
            (
                "Nghe âm báo: một tiếng cao là đúng, hai tiếng ngắn là đã nhận trước đó, một "
                "tiếng trầm là sai.",
                "Listen: one high sound is right, two short ones mean it was received before, a "
                "long low one is wrong.",
            ),
            (
                "Quét nhầm: bấm F8 để hoàn tác lượt vừa quét.",
                "Scanned by mistake: F8 takes the last scan back.",
            ),
            (
                "Kết quả nằm trong bưu gửi: mở hồ sơ, ghi nhận đã có kết quả. Khi người dân đến "
                "nhận: ghi nhận đã trả kết quả.",
                "Open the dossier and record the result when it is in the parcel; when the "
                "citizen comes, record that it was handed out.",
            ),
        ),
    ),
    "today": Task(
        ("Xử lý việc trễ và việc bất thường", "Chase what is late or has gone wrong"),
        "/desk/worklist",
        (
            (
                "Mở “Việc cần làm”. Mỗi dòng có việc phải làm, đã chờ bao lâu và nút xử lý.",
                "Open “To do”. Each row says what is to be done, for how long it has waited "
                "and has the act that solves it.",
            ),
            (
                "Nhận việc về mình, giao cho đồng nghiệp, hoặc hẹn lại đến một ngày.",
                "Take a row, give it to a colleague, or put it off to a day.",
            ),
            (
                "Ghi lại cuộc gọi: nội dung đó nằm trong lịch sử hồ sơ, người dân không thấy.",
                "Note a call: it stands in the dossier's history, citizens do not see it.",
            ),
            (
                "Bưu gửi chậm cập nhật: hỏi đơn vị bưu chính ngay từ dòng đó.",
                "A parcel without news: ask the carrier now, from its row.",
            ),
            (
                "Bưu gửi có sự cố (thất lạc, hư hỏng, bị giữ): gọi đơn vị bưu chính, ghi lại cuộc "
                "gọi và báo người nộp hồ sơ. Dòng đó mất đi khi có tin mới hoặc khi bưu gửi được "
                "nhận lại.",
                "A parcel with a problem (lost, damaged, seized): call the carrier, note the call "
                "and tell the applicant. Its row goes with news of it, or when it is received.",
            ),
        ),
        also=(Role.MANAGER,),
    ),
    "correct": Task(
        ("Sửa thông tin ghi sai", "Put a mistake right"),
        "/desk/dossiers",
        (
            (
                "Sai tên, địa chỉ, điện thoại, thủ tục: mở hồ sơ, chọn “Sửa thông tin”, ghi lý do. "
                "Thủ tục chỉ sửa được khi chưa gửi gì đi.",
                "Wrong name, address, telephone or procedure: open the dossier, choose “Correct "
                "data”, give the reason. The procedure can be changed while nothing was sent.",
            ),
            (
                "Ghi nhầm một việc: chọn “Hủy ghi nhận” bên cạnh việc đó. Việc bị hủy vẫn nằm "
                "trong lịch sử, gạch ngang.",
                "Something was recorded by mistake: choose “Strike out” beside it. It stays in "
                "the history, struck out.",
            ),
            (
                "Người nộp rút hồ sơ: ghi nhận “Rút hồ sơ” với lý do; không xóa hồ sơ.",
                "The applicant withdraws: “Withdraw the dossier” with the reason; none is deleted.",
            ),
        ),
        follow=(_A_DOSSIER, "a[href$='/correct']"),
        also=(Role.MANAGER, Role.ADMIN),
    ),
    "answer": Task(
        ("Trả lời người dân hỏi hồ sơ ở đâu", "Answer a citizen who asks where a dossier is"),
        "/desk/dossiers",
        (
            (
                "Quét mã trên giấy hẹn ở bất kỳ trang nào, hoặc tìm theo tên, điện thoại.",
                "Scan the receipt's code on any page, or search by name or telephone.",
            ),
            (
                "Câu đầu trang hồ sơ là câu trả lời: ai đang giữ, ở đâu, từ khi nào, có đúng hạn "
                "không.",
                "The first sentence of the dossier's page is the answer: who has it, where, since "
                "when, and whether that is in time.",
            ),
            (
                "Người dân tự xem được tại trang tra cứu bằng mã và 4 số cuối của số điện thoại.",
                "Citizens can look for themselves with the code and the last four digits of "
                "their telephone.",
            ),
        ),
        follow=(_A_DOSSIER,),
        also=(Role.MANAGER, Role.ADMIN),
    ),
    "figures": Task(
        ("Lấy số liệu báo cáo", "Get the figures of a report"),
        "/desk/reports/overview",
        (
            (
                "“Tổng quan tháng” cho cả trung tâm hoặc một điểm tiếp nhận; bên dưới mỗi biểu đồ "
                "có bảng số liệu.",
                "“The month at a glance” shows the centre or one office; a table stands under each "
                "chart.",
            ),
            (
                "Báo cáo theo mẫu (II.06a, Quyết định 766): chọn kỳ, bấm vào từng con số để mở "
                "đúng các hồ sơ đó.",
                "Official reports (II.06a, Decision 766): choose the period; each number opens "
                "exactly its dossiers.",
            ),
            (
                "Tải CSV hoặc XLSX ở cuối trang; bản XLSX của II.06a theo đúng mẫu để ký.",
                "CSV and XLSX are at the foot; the workbook of II.06a has the official layout, "
                "ready to be signed.",
            ),
        ),
        also=(Role.MANAGER,),
    ),
}
