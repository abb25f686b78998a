! The order of a product of six dense matrices, and the report on a problem, from
! Fortran 2008.
module jchain
  use, intrinsic :: iso_c_binding
  implicit none

  interface
    integer(c_int) function jc_dense_order(count, dimensions, products, fma) &
        bind(c)
      import :: c_int, c_int64_t
      integer(c_int64_t), value :: count
      integer(c_int64_t), intent(in) :: dimensions(*)
      integer(c_int64_t), intent(out) :: products(*)
      ! Prices fit into 63 bits here; uint64_t has no kind in Fortran.
      integer(c_int64_t), intent(out) :: fma
    end function

    integer(c_int) function jc_solve(problem, problem_length, patterns, &
        options, options_length, progress, user, out) bind(c)
      import :: c_char, c_funptr, c_int, c_ptr, c_size_t
      character(kind=c_char), intent(in) :: problem(*)
      integer(c_size_t), value :: problem_length
      type(c_ptr), value :: patterns
      character(kind=c_char), intent(in) :: options(*)
      integer(c_size_t), value :: options_length
      type(c_funptr), value :: progress
      type(c_ptr), value :: user
      type(c_ptr), intent(out) :: out
    end function

    type(c_ptr) function jc_solved_text(solved, columns, length) bind(c)
      import :: c_int, c_ptr, c_size_t
      type(c_ptr), value :: solved
      integer(c_int), value :: columns
      integer(c_size_t), intent(out) :: length
    end function

    subroutine jc_solved_free(solved) bind(c)
      import :: c_ptr
      type(c_ptr), value :: solved
    end subroutine
  end interface
end module

program order
  use jchain
  implicit none
  integer(c_int64_t) :: products(2, 5), fma
  integer :: k
  type(c_ptr) :: solved
  integer(c_size_t) :: length
  character(kind=c_char), pointer :: text(:)
  character(*), parameter :: problem = '{"format": "jacobian-chain/1", ' // &
    '"factors": [{"rows": 1, "columns": 1000}, {"rows": 1000, "columns": 1}]}'

  if (jc_dense_order(6_c_int64_t, &
      [30_c_int64_t, 35_c_int64_t, 15_c_int64_t, 5_c_int64_t, 10_c_int64_t, &
       20_c_int64_t, 25_c_int64_t], products, fma) /= 0) error stop 'refused'
  do k = 1, 5
    print '(a, i0, a, i0, a, i0)', 'value ', 5 + k, ' = value ', &
      products(1, k), ' times value ', products(2, k)
  end do
  print '(i0, a)', fma, ' fma'

  if (jc_solve(problem, len(problem, c_size_t), c_null_ptr, '', 0_c_size_t, &
      c_null_funptr, c_null_ptr, solved) /= 0) error stop 'refused'
  call c_f_pointer(jc_solved_text(solved, 80, length), text, [length])
  print '(*(a))', text
  call jc_solved_free(solved)
end program
